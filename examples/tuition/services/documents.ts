import { randomUUID } from "node:crypto";
import { serve, use } from "shoal";
import type { z } from "zod";
import { type Document, documents } from "../contracts/documents.ts";
import { students } from "../contracts/students.ts";
import { instead } from "../lib/instead.ts";
import { openRecordStore } from "../lib/record-store.ts";

export default serve(documents, () => {
  const store = openRecordStore<z.infer<typeof Document>>({ file: "documents.db", rowsMax: 50_000 });
  const register = use(students);
  return {
    async upload({ body }) {
      const { studentUnknown } = documents.errors;
      await instead(register.getStudent({ params: { id: body.studentId } }), { studentUnknown });
      const id = `doc_${randomUUID()}`;
      return store.add(id, { ...body, id, receivedAt: new Date().toISOString() });
    },
    getDocument({ params }) {
      const document = store.get(params.id);
      if (!document) throw documents.errors.documentUnknown({ id: params.id });
      return document;
    },
  };
});
