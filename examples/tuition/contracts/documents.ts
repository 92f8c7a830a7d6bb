import { contract, get, post } from "shoal";
import { z } from "zod";
import { Money } from "./money.ts";

export const DocumentKind = z.enum(["invoice", "sourceOfFunds"]);
export const DocumentId = z.string().min(1).max(100);

export const NewDocument = z.object({
  kind: DocumentKind,
  studentId: z.string().max(100),
  fileName: z.string().min(1).max(200),
  /** What the document says is owed or owned. */
  amount: Money,
});

export const Document = NewDocument.extend({ id: DocumentId, receivedAt: z.iso.datetime() });

/** What payers have shown us. */
export const documents = contract("documents", {
  upload: post("/documents", {
    body: NewDocument,
    returns: Document,
    errors: { studentUnknown: 404 },
    idempotent: true,
    status: 201,
    summary: "Register an invoice or a proof of funds",
  }),
  getDocument: get("/documents/:id", {
    params: z.object({ id: DocumentId }),
    returns: Document,
    errors: { documentUnknown: 404 },
  }),
});
