import { contract, get, withLinks } from "shoal";
import { z } from "zod";
import { entryLink } from "./ledger.ts";
import { Money } from "./money.ts";
import { PaymentId, paymentLink } from "./payments.ts";
import { School, schoolLink } from "./schools.ts";

const Receipt = withLinks(
  z.object({
    number: z.string(),
    paidOutAt: z.iso.datetime(),
    payer: z.string(),
    student: z.string(),
    schoolName: School.shape.name,
    paid: Money,
    fee: Money,
    rate: z.string(),
    received: Money,
    /** The receipt as a text to print. */
    text: z.string(),
  }),
  {
    payment: paymentLink,
    school: schoolLink,
    /** The entry by which the money left us. */
    entry: entryLink,
  },
);

/** Proof that a school was paid. */
export const receipts = contract("receipts", {
  getReceipt: get("/receipts/:id", {
    params: z.object({ id: PaymentId }),
    returns: Receipt,
    errors: { paymentUnknown: 404, notPaidOut: 409 },
    sensitive: ["returns.payer", "returns.student", "returns.text"],
    summary: "The receipt of a payment that was paid out",
  }),
});
