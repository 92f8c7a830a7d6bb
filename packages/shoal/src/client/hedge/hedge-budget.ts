import { createSlidingCount } from "../sliding-count.ts";

/** Pays for second requests, beside the service's retry budget. */
export interface HedgeBudget {
  /** A call that may be hedged begins; it pays for this share of an extra request. */
  readonly deposit: (share: number, nowMs: number) => void;
  /** True when an extra request can be paid for. */
  readonly canPay: (nowMs: number) => boolean;
  readonly withdraw: () => void;
}

/** How far back deposits count, in ms (Finagle). */
const TTL_MS = 10_000;
/** Sums of fractions are off by less than this. */
const ROUNDING = 1e-9;

/**
 * A token bucket without any reserve, which holds no more than came in within the last 10 s: never is more than that
 * share of the requests added. At 1 % it takes 10 calls a second for a first hedge, as in Finagle.
 */
export function createHedgeBudget(startMs: number): HedgeBudget {
  const deposits = createSlidingCount(TTL_MS, startMs);
  let tokens = 0;
  return {
    deposit(share, nowMs) {
      deposits.add(nowMs, share);
      tokens = Math.min(tokens + share, deposits.total(nowMs));
    },
    canPay: (nowMs) => Math.min(tokens, deposits.total(nowMs)) >= 1 - ROUNDING,
    withdraw() {
      tokens -= 1;
    },
  };
}
