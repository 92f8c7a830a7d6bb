import { contract, get } from "shoal";
import { z } from "zod";

const Finding = z.object({
  /** Such as "unbalanced-entry". */
  kind: z.string(),
  /** The entry's reference, the payment's id or the currency. */
  subject: z.string(),
  detail: z.string(),
});

const AuditReport = z.object({
  /** True when everything checked so far is in order. */
  balanced: z.boolean(),
  /** When the last check ended; null before the first. */
  checkedAt: z.iso.datetime().nullable(),
  /** Entries and payments checked since the audit started. */
  entries: z.int(),
  payments: z.int(),
  /** Payments on their way at the last check. */
  unfinished: z.int(),
  problems: z.array(Finding),
  /** Why the last check could not be made, or null. What was found before still stands. */
  unreachable: z.string().nullable(),
});

/** Checks what must always be true of ledger and payments. */
export const audit = contract("audit", {
  getAudit: get("/audit", { returns: AuditReport, summary: "Is every cent accounted for?" }),
});
