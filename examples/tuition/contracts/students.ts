import { contract, get, link, post } from "shoal";
import { z } from "zod";

export const NewStudent = z.object({
  name: z.string().min(1).max(200),
  email: z.email().max(200),
  /** ISO 3166-1 alpha-2, of residence. */
  country: z.string().regex(/^[A-Z]{2}$/),
});

export const Student = NewStudent.extend({ id: z.string(), since: z.iso.datetime() });

/** Who studies, and thus whose tuition is paid. */
export const students = contract("students", {
  enrol: post("/students", {
    body: NewStudent,
    returns: Student,
    idempotent: true,
    status: 201,
    sensitive: ["body.name", "body.email", "returns.name", "returns.email"],
    summary: "Make a student known",
  }),
  getStudent: get("/students/:id", {
    params: z.object({ id: z.string().max(100) }),
    returns: Student,
    errors: { studentUnknown: 404 },
    sensitive: ["returns.name", "returns.email"],
  }),
});

export const studentLink = link(students.operations.getStudent);
