import { randomUUID } from "node:crypto";
import { serve } from "shoal";
import type { z } from "zod";
import { type Student, students } from "../contracts/students.ts";
import { openRecordStore } from "../lib/record-store.ts";

export default serve(students, () => {
  const store = openRecordStore<z.infer<typeof Student>>({ file: "students.db", rowsMax: 50_000 });
  return {
    enrol({ body }) {
      const id = `stu_${randomUUID()}`;
      return store.add(id, { ...body, id, since: new Date().toISOString() });
    },
    getStudent({ params }) {
      const student = store.get(params.id);
      if (!student) throw students.errors.studentUnknown({ id: params.id });
      return student;
    },
  };
});
