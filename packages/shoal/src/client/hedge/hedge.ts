import type { HttpReply } from "../../core/message.ts";
import type { Outcome } from "../../core/outcome.ts";
import type { Ports } from "../../core/service.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import { type Call, type CallFilter, operationOf } from "../call.ts";
import type { RetryBudget } from "../retry/budget.ts";
import { objectionTo } from "../retry/decision.ts";
import { createHedgeBudget } from "./hedge-budget.ts";
import { createOperationLatencies } from "./operation-latencies.ts";
import { type Lane, race } from "./race.ts";

export interface HedgeParts {
  /** The service's; a second request is paid for from it and from a budget of its own. */
  readonly budget: RetryBudget;
  /** True when an instance that the call has not been to would take it at once. */
  readonly hasSpare: (call: Call) => boolean;
  /** What an attempt usually takes, in ms; 0 while unknown. */
  readonly expectedMs: () => number;
  /** The same of one instance. */
  readonly expectedMsOf: (instance: string) => number;
  readonly note: (event: EdgeEvent) => void;
}

/** As far as it may have arrived at an instance. */
const MAYBE_SENT = { kind: "ambiguous" } as const;

/**
 * Cuts the tail: when a call takes longer than nearly all calls of its operation of late, a second request goes to
 * another instance, and the first success is taken. For reads with `hedgeExtraLoad` over 0 that can be sent again; never
 * a third. "Nearly all" is 1 - hedgeExtraLoad of the last 30 s, so that the load grows by that
 * share at most, which a budget holds also while everything is late.
 *
 * What is measured: successes, what timed out and what was superseded. Not other failures: an instance that fails fast
 * would lower the threshold, and so double the load just then.
 *
 * @see Dean and Barroso, "The Tail at Scale", 2013; the algorithm is that of Finagle's BackupRequestFilter.
 */
export function hedge(parts: HedgeParts, { clock }: Ports): CallFilter {
  const { budget, hasSpare, expectedMs, expectedMsOf, note } = parts;
  const ownBudget = createHedgeBudget(clock.now());
  const latencies = createOperationLatencies();

  const mayHedge = (call: Call, deadlineMs: number) => {
    const nowMs = clock.now();
    if (objectionTo(call, MAYBE_SENT) !== undefined || nowMs + expectedMs() >= deadlineMs) return false;
    if (!ownBudget.canPay(nowMs) || !hasSpare(call) || !budget.withdraw(nowMs)) return false;
    ownBudget.withdraw();
    return true;
  };

  return (call, context, next) => {
    const share = call.settings.hedgeExtraLoad;
    if (share === 0 || !isRead(call) || objectionTo(call, MAYBE_SENT) !== undefined) return next(call, context);
    const startMs = clock.now();
    const window = latencies.of(operationOf(call), startMs);
    ownBudget.deposit(share, startMs);
    return race({
      call,
      context,
      next,
      clock,
      hedgeAfterMs: window.percentileMs(1 - share, startMs),
      mayHedge: () => mayHedge(call, context.deadlineMs),
      expectedMsOf,
      onHedge: () => note("hedge"),
      onEnd(lane, outcome) {
        if (lane.call.isHedge && outcome.ok && !lane.call.superseded) note("hedge_won");
        const nowMs = clock.now();
        if (isMeasured(lane, outcome)) window.add(nowMs - lane.startMs, nowMs);
      },
    });
  };
}

/**
 * Of two writes at once the second may find what the first has done, as a DELETE does that answers 404, and a key that
 * makes a repetition known may be known at the other instance only.
 */
function isRead({ request }: Call): boolean {
  return request.method === "GET" || request.method === "HEAD";
}

function isMeasured({ call }: Lane, outcome: Outcome<HttpReply>): boolean {
  return outcome.ok || call.superseded || outcome.error.code === "ATTEMPT_TIMEOUT";
}
