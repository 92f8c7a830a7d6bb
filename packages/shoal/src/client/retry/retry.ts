import { sleep } from "../../core/clock.ts";
import { type Context, cancellationOf } from "../../core/context.ts";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { type Failure, failure, type Outcome } from "../../core/outcome.ts";
import type { Ports } from "../../core/service.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import { type Call, type CallFilter, type CallService, nameOf } from "../call.ts";
import { discard } from "../reply-body.ts";
import type { RetryBudget } from "./budget.ts";
import { decideRetry } from "./decision.ts";

export interface RetryParts {
  readonly budget: RetryBudget;
  /** What an attempt at this service usually takes, in ms; 0 while unknown. */
  readonly expectedMs: () => number;
  readonly note: (event: EdgeEvent) => void;
}

/**
 * Tries again, after a jittered pause, what may be tried again, and pays for it from the budget when it decides: calls
 * that wait for their retry have been charged. When it gives up, `call.verdict` says why, and the failure that leaves
 * it is to be believed by all callers above: retries at every hop would multiply.
 */
export function retry({ budget, expectedMs, note }: RetryParts, { clock, random }: Ports): CallFilter {
  const settled = (outcome: Outcome<HttpReply>, call: Call, context: Context, next: CallService) => {
    if (!outcome.ok) return again(outcome, call, context, next);
    budget.deposit(clock.now());
    return outcome;
  };
  const again = async (
    first: Failure<HttpReply>,
    call: Call,
    context: Context,
    next: CallService,
  ): Promise<Outcome<HttpReply>> => {
    let outcome: Outcome<HttpReply> = first;
    // bounded: attemptsMax for those sent, the requeue filter's bound and the budget for those unsent
    for (;;) {
      const nowMs = clock.now();
      if (outcome.ok) {
        budget.deposit(nowMs);
        return outcome;
      }
      if (outcome.kind === "final" || cancellationOf(context).aborted) return outcome;
      const remainingMs = context.deadlineMs - nowMs;
      const decision = decideRetry(call, outcome, { remainingMs, expectedMs: expectedMs(), random });
      if (!decision.retry) {
        call.verdict = decision.why;
        return outcome;
      }
      if (!budget.withdraw(nowMs)) {
        note("retry_denied");
        call.verdict = "the retry budget of this process is spent";
        return outcome;
      }
      note("retry");
      discard(outcome);
      try {
        await sleep(clock, decision.delayMs, context.signal);
      } catch (cause) {
        const message = `${nameOf(call)}: the caller has gone`;
        return failure("final", shoalError("CANCELLED", { message, cause }));
      }
      call.atMs = clock.now();
      outcome = await next(call, context);
    }
  };
  // no async function around all: hardly any call is tried again
  return (call, context, next) => next(call, context).then((outcome) => settled(outcome, call, context, next));
}
