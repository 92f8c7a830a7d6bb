import { z } from "zod";

/** For every side that validates with zod. */
export const QuoteSchema = z.object({
  id: z.string(),
  from: z.string(),
  to: z.string(),
  cents: z.int(),
  notes: z.array(z.string()),
});
