import type { ServiceSettings } from "../policy.ts";
import { createSlidingCount } from "../sliding-count.ts";

type BudgetOptions = Pick<ServiceSettings, "budgetRatio" | "budgetReservePerSecond" | "budgetTtlMs">;

/** Pays for retries. One for all calls of a process to one service. */
export interface RetryBudget {
  /** A call succeeded. Only successes deposit: in an outage the budget runs dry, and the load stays near 1. */
  readonly deposit: (nowMs: number) => void;
  /** Pays for one extra attempt; false when there is nothing left. To be charged when the retry is decided, before its pause. */
  readonly withdraw: (nowMs: number) => boolean;
  /** Extra attempts it could pay for now. */
  readonly balance: (nowMs: number) => number;
  /** The most it could hold at the present rate of successes. */
  readonly max: (nowMs: number) => number;
}

/**
 * A token bucket. Tokens come from successes (`ratio` each) and from the reserve (`reservePerSecond`). It holds at most
 * one second of the deposits at the present rate, and never fewer than the reserve of a whole `ttl`: a full bucket of
 * ten seconds, as in Finagle's RetryBudget, lets the first second of an outage triple the load.
 * Starts with the reserve of one `ttl`.
 */
export function createRetryBudget(options: BudgetOptions, startMs: number): RetryBudget {
  const { budgetRatio, budgetReservePerSecond, budgetTtlMs } = options;
  const reserve = (budgetReservePerSecond * budgetTtlMs) / 1_000;
  const successes = createSlidingCount(budgetTtlMs, startMs);
  let tokens = reserve;
  let refilledMs = startMs;

  const maxAt = (nowMs: number) => {
    const perSecond = successes.total(nowMs) / (budgetTtlMs / 1_000);
    return Math.max(reserve, budgetRatio * perSecond);
  };
  const refill = (nowMs: number) => {
    const elapsedMs = Math.max(0, nowMs - refilledMs);
    refilledMs = Math.max(refilledMs, nowMs);
    tokens = Math.min(maxAt(nowMs), tokens + (elapsedMs / 1_000) * budgetReservePerSecond);
  };

  return {
    deposit(nowMs) {
      successes.add(nowMs);
      tokens += budgetRatio;
      refill(nowMs);
    },
    withdraw(nowMs) {
      refill(nowMs);
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    balance(nowMs) {
      refill(nowMs);
      return tokens;
    },
    max: maxAt,
  };
}
