/** Where a payment is. */
export type PaymentState =
  | "created" // known, not yet looked at
  | "screened" // compliance has no objection; waits for the payer's money
  | "funded" // the payer's money is here, in the payer's currency
  | "converted" // owed to the school, in its currency
  | "paidOut" // the school has it
  | "refunded" // the payer has it back
  | "cancelled" // withdrawn before any money came
  | "rejected"; // compliance refused it

/** What happens to a payment next; each moves money exactly once, under a reference of its own. */
export type PaymentStep = "fund" | "convert" | "payOut" | "refund" | "cancel";

export type PaymentEvent = "cleared" | "refused" | PaymentStep;

const NEXT: Readonly<Record<PaymentState, Readonly<Partial<Record<PaymentEvent, PaymentState>>>>> = {
  created: { cleared: "screened", refused: "rejected" },
  screened: { fund: "funded", cancel: "cancelled" },
  funded: { convert: "converted", refund: "refunded" },
  converted: { payOut: "paidOut" },
  paidOut: {},
  refunded: {},
  cancelled: {},
  rejected: {},
};

export const PAYMENT_STATES = Object.keys(NEXT) as readonly PaymentState[];

/** The state after an event, or undefined when the event cannot happen there. */
export function paymentNext(state: PaymentState, event: PaymentEvent): PaymentState | undefined {
  return NEXT[state][event];
}

/** True when nothing can happen any more. */
export function isFinal(state: PaymentState): boolean {
  return Object.keys(NEXT[state]).length === 0;
}

/**
 * What to do next with a payment, or undefined when it is done or not yet screened.
 * @param cancelRequested The payer wants out: honoured until the money is converted.
 */
export function stepOf(state: PaymentState, cancelRequested: boolean): PaymentStep | undefined {
  switch (state) {
    case "screened":
      return cancelRequested ? "cancel" : "fund";
    case "funded":
      return cancelRequested ? "refund" : "convert";
    case "converted":
      return "payOut";
    case "created":
    case "paidOut":
    case "refunded":
    case "cancelled":
    case "rejected":
      return undefined;
    default:
      return state satisfies never;
  }
}

/**
 * True when the payer may still withdraw.
 * @param doing The step in progress: money that is being converted or paid out cannot be called back.
 */
export function canCancel(state: PaymentState, doing: PaymentStep | undefined): boolean {
  return (state === "screened" || state === "funded") && doing !== "convert";
}
