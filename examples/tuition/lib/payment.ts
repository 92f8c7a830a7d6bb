import { createHash } from "node:crypto";
import type { MoneyStep, PaymentAmounts } from "./payment-entries.ts";
import {
  isFinal,
  type PaymentEvent,
  type PaymentState,
  type PaymentStep,
  paymentNext,
  stepOf,
} from "./payment-machine.ts";

/** A payment as we keep it. */
export interface Payment extends PaymentAmounts {
  readonly state: PaymentState;
  readonly quoteId: string;
  readonly schoolId: string;
  readonly studentId: string;
  readonly payer: string;
  readonly rate: string;
  readonly cancelRequested: boolean;
  readonly history: readonly { readonly state: PaymentState; readonly atMs: number }[];
  /**
   * The step that was begun and may or may not have reached the ledger; written down before the ledger is asked, so
   * that after a crash the same step is done again and no other.
   */
  readonly doing: PaymentStep | null;
  /** When to go on, unix ms; null when nothing is left to do. */
  readonly dueMs: number | null;
  /** Failed attempts of the present step. */
  readonly attempts: number;
}

export type NewPayment = Omit<Payment, "id" | "state" | "cancelRequested" | "history" | "doing" | "dueMs" | "attempts">;

/** One quote, one payment: its id follows from the quote's. */
export function paymentIdOf(quoteId: string): string {
  return `pay_${createHash("sha256").update(quoteId).digest("hex").slice(0, 24)}`;
}

/** A payment that compliance has looked at. */
export function newPayment(given: NewPayment, cleared: boolean, nowMs: number): Payment {
  const created: Payment = {
    ...given,
    id: paymentIdOf(given.quoteId),
    state: "created",
    cancelRequested: false,
    history: [{ state: "created", atMs: nowMs }],
    doing: null,
    dueMs: null,
    attempts: 0,
  };
  return advance(created, cleared ? "cleared" : "refused", nowMs);
}

/** The payment after an event. Throws when the event cannot happen: that would be a defect of ours. */
export function advance(payment: Payment, event: PaymentEvent, nowMs: number): Payment {
  const state = paymentNext(payment.state, event);
  if (state === undefined) throw new Error(`${payment.id} is ${payment.state}: ${event} cannot happen`);
  const history = [...payment.history, { state, atMs: nowMs }];
  const next = { ...payment, state, history, doing: null, attempts: 0 };
  return { ...next, dueMs: isFinal(state) ? null : nowMs + delayMsOf(next) };
}

/** Begins the payment's next step, or repeats the one that was begun. Undefined when there is nothing to do. */
export function begin(payment: Payment): (Payment & { readonly doing: PaymentStep }) | undefined {
  const doing = payment.doing ?? stepOf(payment.state, payment.cancelRequested);
  return doing && { ...payment, doing };
}

const RETRY_MS_FIRST = 200;
const RETRY_MS_MAX = 10_000;

/** The step failed, perhaps after the ledger had it: the same step again, later. */
export function retryLater(payment: Payment, nowMs: number): Payment {
  const attempts = payment.attempts + 1;
  const pauseMs = Math.min(RETRY_MS_MAX, RETRY_MS_FIRST * 2 ** Math.min(attempts - 1, 10));
  return { ...payment, attempts, dueMs: nowMs + pauseMs };
}

/** How long banks take for each step, in ms: days in life, moments here. Base, and spread by payment. */
const BANK_MS: Readonly<Record<MoneyStep, readonly [base: number, spread: number]>> = {
  fund: [300, 600],
  convert: [100, 200],
  payOut: [300, 700],
  refund: [100, 200],
};

/** The same for the same payment: after a restart, nothing happens sooner than it would have. */
function delayMsOf({ id, state, cancelRequested }: Payment): number {
  const step = stepOf(state, cancelRequested);
  if (step === undefined || step === "cancel") return 0;
  const [base, spread] = BANK_MS[step];
  return base + (Number.parseInt(id.slice(-4), 16) % spread);
}
