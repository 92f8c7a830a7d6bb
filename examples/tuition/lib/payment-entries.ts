import { accountOf, type EntryDraft, type Posting } from "./ledger-entry.ts";
import type { PaymentStep } from "./payment-machine.ts";
import type { Price } from "./pricing.ts";

/** The part of a payment that the ledger cares about. */
export interface PaymentAmounts extends Pick<Price, "target" | "source" | "fee" | "total"> {
  readonly id: string;
}

/** The steps that move money; a cancelled payment never had any. */
export type MoneyStep = Exclude<PaymentStep, "cancel">;

export function referenceOf(paymentId: string, step: MoneyStep): string {
  return `${paymentId}:${step}`;
}

/** The references that a payment in this state must have in the ledger, in their order. */
export const STEPS_BEHIND = {
  paidOut: ["fund", "convert", "payOut"],
  refunded: ["fund", "refund"],
  converted: ["fund", "convert"],
  funded: ["fund"],
} as const satisfies Readonly<Record<string, readonly MoneyStep[]>>;

/** The journal entry of one step. It balances in each currency: a conversion goes through the position accounts. */
export function entryOf(payment: PaymentAmounts, step: MoneyStep): EntryDraft {
  return {
    reference: referenceOf(payment.id, step),
    memo: `${step} ${payment.id}`,
    postings: postingsOf(payment, step),
  };
}

function postingsOf({ target, source, fee, total }: PaymentAmounts, step: MoneyStep): readonly Posting[] {
  const from = total.currency;
  const to = target.currency;
  switch (step) {
    case "fund":
      return [debit("bank", from, total.minor), credit("customer", from, total.minor)];
    case "convert":
      return [
        debit("customer", from, total.minor),
        credit("fees", from, fee.minor),
        credit("position", from, source.minor),
        debit("position", to, target.minor),
        credit("payable", to, target.minor),
      ];
    case "payOut":
      return [debit("payable", to, target.minor), credit("bank", to, target.minor)];
    case "refund":
      return [debit("customer", from, total.minor), credit("bank", from, total.minor)];
    default:
      return step satisfies never;
  }
}

type Kind = Parameters<typeof accountOf>[0];

function debit(kind: Kind, currency: string, minor: number): Posting {
  return { account: accountOf(kind, currency), minor };
}

function credit(kind: Kind, currency: string, minor: number): Posting {
  return { account: accountOf(kind, currency), minor: -minor };
}
