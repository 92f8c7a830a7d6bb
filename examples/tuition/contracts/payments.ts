import { contract, get, link, post, stream, withLinks } from "shoal";
import { z } from "zod";
import { DocumentId, DocumentKind } from "./documents.ts";
import { Money } from "./money.ts";
import { QuoteId, quoteLink } from "./quotes.ts";
import { SchoolId, schoolLink } from "./schools.ts";
import { studentLink } from "./students.ts";

export const PaymentState = z.enum([
  "created",
  "screened",
  "funded",
  "converted",
  "paidOut",
  "refunded",
  "cancelled",
  "rejected",
]);

/** A state that a payment has come to, and when. */
export const PaymentStep = z.object({ state: PaymentState, at: z.iso.datetime() });

export const PaymentId = z.string().regex(/^pay_[0-9a-f]{24}$/);

const PaymentFacts = z.object({
  id: PaymentId,
  state: PaymentState,
  quoteId: QuoteId,
  schoolId: SchoolId,
  studentId: z.string(),
  payer: z.string(),
  target: Money,
  source: Money,
  fee: Money,
  total: Money,
  rate: z.string(),
  cancelRequested: z.boolean(),
  /** Each state it has been in, with the time. */
  history: z.array(PaymentStep),
});

const Payment = withLinks(PaymentFacts, {
  quote: quoteLink,
  school: schoolLink,
  student: studentLink,
});

export const NewPayment = z.object({
  quoteId: QuoteId,
  studentId: z.string().min(1).max(100),
  /** Who sends the money, as the bank will have it. */
  payer: z.string().min(1).max(200),
  documents: z.array(DocumentId).max(10).default([]),
});

/** A payment as the audit sees it: `change` grows with every change of any payment. */
const PaymentChange = PaymentFacts.pick({ id: true, state: true, target: true, source: true, fee: true }).extend({
  change: z.int(),
  total: Money,
});

const sensitive = ["returns.payer"];

/** From the payer's bank to the school's. */
export const payments = contract("payments", {
  pay: post("/payments", {
    body: NewPayment,
    returns: Payment,
    errors: {
      quoteUnknown: 404,
      quoteExpired: { status: 410, details: z.object({ expiredAt: z.iso.datetime() }) },
      quoteTaken: 409,
      studentUnknown: 404,
      documentUnknown: 404,
      documentsRequired: { status: 422, details: z.object({ documents: z.array(DocumentKind) }) },
      payerRefused: { status: 422, details: z.object({ payment: PaymentId }) },
    },
    idempotent: true,
    status: 201,
    sensitive: ["body.payer", ...sensitive],
    summary: "Pay a quote; paying it again gives the same payment",
  }),
  getPayment: get("/payments/:id", {
    params: z.object({ id: PaymentId }),
    returns: Payment,
    errors: { paymentUnknown: 404 },
    sensitive,
  }),
  watchPayment: get("/payments/:id/steps", {
    params: z.object({ id: PaymentId }),
    returns: stream(PaymentStep),
    errors: { paymentUnknown: 404 },
    summary: "Each state it has been in, and those it comes to, until the last",
  }),
  cancel: post("/payments/:id/cancel", {
    params: z.object({ id: PaymentId }),
    returns: Payment,
    errors: { paymentUnknown: 404, tooLate: { status: 409, details: z.object({ state: PaymentState }) } },
    idempotent: true,
    sensitive,
    summary: "Withdraw, as long as the money is not being converted",
  }),
  listChanges: get("/payments", {
    query: z.object({ after: z.int().min(0).default(0), limit: z.int().min(1).max(1_000).default(100) }),
    returns: z.object({ payments: z.array(PaymentChange), unfinished: z.int() }),
    summary: "Payments in the order of their last change, after a change",
  }),
});

export const paymentLink = link(payments.operations.getPayment);
