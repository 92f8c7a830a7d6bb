import { formatMoney, type Money } from "./money.ts";

/** What a receipt says. */
export interface ReceiptFacts {
  readonly number: string;
  readonly paidOutAt: string;
  readonly payer: string;
  readonly student: string;
  readonly schoolName: string;
  readonly paid: Money;
  readonly fee: Money;
  readonly rate: string;
  readonly received: Money;
}

/** A receipt to print. */
export function receiptText(facts: ReceiptFacts): string {
  const lines: readonly (readonly [string, string])[] = [
    ["Receipt", facts.number],
    ["Date", facts.paidOutAt.slice(0, 10)],
    ["Paid by", facts.payer],
    ["For", facts.student],
    ["To", facts.schoolName],
    ["You paid", formatMoney(facts.paid)],
    ["Our fee in it", formatMoney(facts.fee)],
    ["Rate", `1 ${facts.paid.currency} = ${facts.rate} ${facts.received.currency}`],
    ["The school received", formatMoney(facts.received)],
  ];
  return lines.map(([label, value]) => `${label.padEnd(22)}${value}`).join("\n");
}
