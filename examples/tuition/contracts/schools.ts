import { contract, get, link } from "shoal";
import { z } from "zod";
import { Currency } from "./money.ts";

export const School = z.object({
  id: z.string(),
  name: z.string(),
  domain: z.string(),
  /** ISO 3166-1 alpha-2. */
  country: z.string().length(2),
  /** What it invoices in. */
  currency: Currency,
});
export type School = z.infer<typeof School>;

export const SchoolId = z.string().min(1).max(100);

/** Which universities can be paid. */
export const schools = contract("schools", {
  getSchool: get("/schools/:id", {
    params: z.object({ id: SchoolId }),
    returns: School,
    errors: { schoolUnknown: 404 },
    summary: "One university",
  }),
  findSchools: get("/schools", {
    query: z.object({
      /** Words of the name, in any order. */
      name: z.string().max(100).optional(),
      country: z.string().length(2).optional(),
      currency: Currency.optional(),
      limit: z.int().min(1).max(100).default(20),
    }),
    returns: z.object({ schools: z.array(School), total: z.int() }),
    summary: "Universities by name, country or currency",
  }),
});

export const schoolLink = link(schools.operations.getSchool);
