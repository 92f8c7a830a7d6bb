import { contract, get, link, post, stream, withLinks } from "shoal";
import { z } from "zod";
import { Document, DocumentKind, NewDocument } from "./documents.ts";
import { Money } from "./money.ts";
import { NewPayment, PaymentId, PaymentState, PaymentStep } from "./payments.ts";
import { NewQuote, QuoteId } from "./quotes.ts";
import { School, SchoolId } from "./schools.ts";
import { NewStudent, Student } from "./students.ts";

/*
 * The public API. Its replies link to one another, and a link is made of a bound operation: so the operations are
 * written from the leaves up, and those that others link to are bound first, under the same name.
 */

const getSchool = get("/v1/schools/:id", {
  params: z.object({ id: SchoolId }),
  returns: School,
  errors: { schoolUnknown: 404 },
});

const getReceipt = get("/v1/payments/:id/receipt", {
  params: z.object({ id: PaymentId }),
  returns: z.object({ number: z.string(), paidOutAt: z.iso.datetime(), text: z.string() }),
  errors: { paymentUnknown: 404, notPaidOut: 409 },
  sensitive: ["returns.text"],
  summary: "Proof that the school was paid",
});

const leaves = contract("edge", { getSchool, getReceipt }).operations;
export const publicSchoolLink = link(leaves.getSchool);
export const publicReceiptLink = link(leaves.getReceipt);

const PublicQuote = withLinks(
  z.object({
    id: QuoteId,
    schoolName: z.string(),
    /** What the school gets. */
    target: Money,
    fee: Money,
    /** What you pay. */
    total: Money,
    rate: z.string(),
    expiresAt: z.iso.datetime(),
    /** What you will have to show. */
    documents: z.array(DocumentKind),
    /** For people: "EUR 1,250.00". */
    text: z.string(),
  }),
  { school: publicSchoolLink },
);

const Tracking = withLinks(
  z.object({
    id: PaymentId,
    state: PaymentState,
    /** Nothing will change any more. */
    final: z.boolean(),
    total: Money,
    target: Money,
    history: z.array(PaymentStep),
  }),
  { school: publicSchoolLink, receipt: publicReceiptLink },
);

const track = get("/v1/payments/:id", {
  params: z.object({ id: PaymentId }),
  returns: Tracking,
  errors: { paymentUnknown: 404 },
  summary: "Where a payment is",
});

export const trackingLink = link(contract("edge", { track }).operations.track);

/** What is needed to see a payment through: its state now, and where to ask again. */
const Started = withLinks(z.object({ id: PaymentId, state: PaymentState, total: Money }), {
  tracking: trackingLink,
});

/** What the world may ask for. */
export const edge = contract("edge", {
  getSchool,
  getReceipt,
  track,
  findSchools: get("/v1/schools", {
    query: z.object({
      name: z.string().max(100).optional(),
      country: z.string().length(2).optional(),
      limit: z.int().min(1).max(50).default(20),
    }),
    returns: z.object({ schools: z.array(School), total: z.int() }),
  }),
  enrol: post("/v1/students", {
    body: NewStudent,
    returns: Student.pick({ id: true }),
    idempotent: true,
    status: 201,
    sensitive: ["body.name", "body.email"],
  }),
  upload: post("/v1/documents", {
    body: NewDocument,
    returns: Document.pick({ id: true }),
    errors: { studentUnknown: 404 },
    idempotent: true,
    status: 201,
  }),
  quote: post("/v1/quotes", {
    body: NewQuote,
    returns: PublicQuote,
    errors: { schoolUnknown: 404, currencyMismatch: 422, amountTooLarge: 422 },
    idempotent: true,
    status: 201,
    summary: "What a school's invoice costs in another currency",
  }),
  pay: post("/v1/payments", {
    body: NewPayment,
    returns: Started,
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
    sensitive: ["body.payer"],
    summary: "Pay a quote; safe to repeat",
  }),
  watch: get("/v1/payments/:id/steps", {
    params: z.object({ id: PaymentId }),
    returns: stream(PaymentStep),
    errors: { paymentUnknown: 404 },
    summary: "Where a payment is, as it moves; any EventSource can read it",
  }),
  cancel: post("/v1/payments/:id/cancel", {
    params: z.object({ id: PaymentId }),
    returns: Tracking,
    errors: { paymentUnknown: 404, tooLate: { status: 409, details: z.object({ state: PaymentState }) } },
    idempotent: true,
  }),
});
