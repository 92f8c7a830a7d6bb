import { type ShoalError, shoalError } from "../core/errors.ts";
import type { HttpReply } from "../core/message.ts";
import { failure, type Outcome } from "../core/outcome.ts";
import type { Ports } from "../core/service.ts";
import type { EdgeEvent } from "../telemetry/resilience.ts";
import { type Call, type CallFilter, nameOf } from "./call.ts";
import { discard, whenBodyEnds } from "./reply-body.ts";

/**
 * Settles the call, once, no later than its deadline or its caller's leaving, whatever happens below; and tells those
 * below, through the signal, that nobody waits any more. A streamed reply outlives the deadline, but not the caller.
 */
export function totalDeadline({ clock }: Pick<Ports, "clock">, note: (event: EdgeEvent) => void): CallFilter {
  return (call, context, next) => {
    const startMs = clock.now();
    const remainingMs = context.deadlineMs - startMs;
    const ends = call.signal === undefined ? [context.signal] : [context.signal, call.signal];
    const ended = ends.find(({ aborted }) => aborted);
    if (ended) return Promise.resolve(failure("final", cancelled(call, ended.reason)));
    if (remainingMs < 1) {
      note("deadline_exceeded");
      return Promise.resolve(failure("final", exceeded(call, 0)));
    }
    return new Promise((resolve) => {
      const controller = new AbortController();
      let settled = false;
      const settle = (outcome: Outcome<HttpReply>) => {
        if (settled) return discard(outcome);
        settled = true;
        cancelTimer();
        resolve(whenBodyEnds(outcome, stopListening));
      };
      const end = (error: ShoalError) => {
        settle(failure("final", error));
        controller.abort(error); // after it has settled: what it stirs up below comes too late
      };
      const onAbort = () => end(cancelled(call, ends.find(({ aborted }) => aborted)?.reason));
      const stopListening = () => {
        for (const signal of ends) signal.removeEventListener("abort", onAbort);
      };
      const cancelTimer = clock.after(remainingMs, () => {
        note("deadline_exceeded");
        end(exceeded(call, clock.now() - startMs));
      });
      for (const signal of ends) signal.addEventListener("abort", onAbort, { once: true });
      next(call, { ...context, signal: controller.signal }).then(settle, (cause: unknown) =>
        settle(failure("final", shoalError("INTERNAL", { message: `${nameOf(call)}: the client failed`, cause }))),
      );
    });
  };
}

function exceeded(call: Call, elapsedMs: number): ShoalError {
  return shoalError("DEADLINE_EXCEEDED", {
    message: `${nameOf(call)}: no answer within ${Math.round(elapsedMs)} ms`,
  });
}

function cancelled(call: Call, cause: unknown): ShoalError {
  return shoalError("CANCELLED", { message: `${nameOf(call)}: the caller has gone`, cause });
}
