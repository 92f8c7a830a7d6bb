import { type Context, cancellationOf } from "../../core/context.ts";
import type { HttpReply } from "../../core/message.ts";
import type { Failure, Outcome } from "../../core/outcome.ts";
import type { Ports } from "../../core/service.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import type { Call, CallFilter, CallService } from "../call.ts";
import { isUnprocessed } from "../classify.ts";
import { discard } from "../reply-body.ts";
import type { RetryBudget } from "./budget.ts";
import { objectionTo, REQUEUES_MAX } from "./decision.ts";

export interface RequeueParts {
  readonly budget: RetryBudget;
  /** True when there is an instance, or one may come, that this call has not been handed to. */
  readonly hasOther: (call: Call) => boolean;
  readonly note: (event: EdgeEvent) => void;
}

/**
 * Moves a request that was provably not begun on to another instance, at once: nothing is gained by waiting when
 * nothing listens there. It costs budget all the same, or an outage of connections would have no bound.
 */
export function requeue({ budget, hasOther, note }: RequeueParts, { clock }: Ports): CallFilter {
  const moveOn = async (first: Failure<HttpReply>, call: Call, context: Context, next: CallService) => {
    let outcome: Outcome<HttpReply> = first;
    for (let moves = 0; ; moves += 1) {
      if (outcome.ok || !isUnprocessed(outcome.kind)) return outcome;
      const isOver = cancellationOf(context).aborted || context.deadlineMs - clock.now() < 1;
      if (moves === REQUEUES_MAX || isOver) return outcome;
      if (objectionTo(call, outcome) !== undefined || !hasOther(call) || !budget.withdraw(clock.now())) return outcome;
      note("requeue");
      discard(outcome);
      call.atMs = clock.now();
      outcome = await next(call, context);
    }
  };
  // no async function around all: hardly any call is moved on
  return (call, context, next) =>
    next(call, context).then((outcome) => (outcome.ok ? outcome : moveOn(outcome, call, context, next)));
}
