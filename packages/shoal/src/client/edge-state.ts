import type { EdgeState } from "../telemetry/resilience.ts";
import type { Balancer } from "./balance/balancer.ts";
import { changedSettings, type ResolvedPolicy } from "./policy.ts";
import type { RetryBudget } from "./retry/budget.ts";
import type { Admission } from "./throttle/admission.ts";

/** What the calls of a process to one service share. */
export interface EdgeParts {
  readonly balancer: Pick<Balancer, "state">;
  readonly budget: Pick<RetryBudget, "balance" | "max">;
  readonly admission: Pick<Admission, "share">;
  /** Of the consumer that was made first; what others or single calls ask for is not told. */
  readonly policy: ResolvedPolicy;
}

/** How a process stands towards a service, for reports. */
export function edgeState(
  callee: string,
  { balancer, budget, admission, policy }: EdgeParts,
  nowMs: number,
): EdgeState {
  return {
    callee,
    ...balancer.state(),
    retryBudget: budget.balance(nowMs),
    retryBudgetMax: budget.max(nowMs),
    throttledShare: admission.share(nowMs),
    policy: changedSettings(policy),
  };
}
