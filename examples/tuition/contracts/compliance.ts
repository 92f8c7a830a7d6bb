import { contract, post } from "shoal";
import { z } from "zod";
import { DocumentId, DocumentKind } from "./documents.ts";
import { Money } from "./money.ts";

const Decision = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("cleared") }),
  z.object({ kind: z.literal("documentsRequired"), documents: z.array(DocumentKind) }),
  /** The rule is for our records: a payer is not told. */
  z.object({ kind: z.literal("refused"), rule: z.string() }),
]);

/** Whether we may touch somebody's money. */
export const compliance = contract("compliance", {
  screen: post("/screenings", {
    body: z.object({
      payer: z.string().min(1).max(200),
      studentId: z.string().max(100),
      amount: Money,
      documents: z.array(DocumentId).max(10),
    }),
    returns: Decision,
    errors: { documentUnknown: 404 },
    idempotent: true,
    sensitive: ["body.payer"],
    summary: "May this payer pay this amount with these documents?",
  }),
});
