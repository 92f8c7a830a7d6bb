import { isShoalError, type ShoalError, shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { failure, type Outcome } from "../../core/outcome.ts";
import type { Ports } from "../../core/service.ts";
import { childTrace } from "../../core/trace-context.ts";
import type { Recorder } from "../../telemetry/recorder.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import { type Call, type CallFilter, nameOf } from "../call.ts";
import { recordAttempt } from "../call-span.ts";
import { noteAttempt } from "../record-exchange.ts";
import { discard, whenBodyEnds } from "../reply-body.ts";

/**
 * Opens an attempt: its span, its number, and its time, the shorter of `attemptMs` and what the call has left.
 * When that is over the attempt is aborted and given up, as `unsent` if it still waited for a connection, else as
 * `ambiguous`. When the call ends first the attempt ends with it, as `final`.
 * A reply that streams has no further time limit of ours, but still ends with the call's signal.
 */
export function attemptTimeout(
  { clock, random }: Ports,
  note: (event: EdgeEvent) => void,
  recorder?: Recorder,
): CallFilter {
  return (call, context, next) => {
    if (context.signal.aborted) return Promise.resolve(failure("final", cancelled(call, context.signal.reason)));
    const { instance } = call; // by the end of this attempt the call may be at another
    const startMs = clock.now();
    const deadlineMs = Math.min(startMs + call.settings.attemptMs, context.deadlineMs);
    return new Promise((resolve) => {
      const controller = new AbortController();
      let settled = false;
      const settle = (outcome: Outcome<HttpReply>) => {
        if (settled) return discard(outcome);
        settled = true;
        cancelTimer();
        if (recorder) {
          const done = { call, instance, context: attempt, outcome, startMs };
          recordAttempt(recorder, { clock, random }, done);
          noteAttempt(done, clock.now());
        }
        // The link to the call stays while the body arrives.
        resolve(whenBodyEnds(outcome, () => context.signal.removeEventListener("abort", onCallEnd)));
      };
      const giveUp = (outcome: Outcome<HttpReply>) => {
        // What has settled by now knows best whether anything was sent; a transport that dawdles is not waited for.
        controller.abort(outcome.ok ? undefined : outcome.error);
        cancelTimer();
        cancelTimer = clock.after(0, () => settle(outcome));
      };
      const timedOut = () => {
        if (deadlineMs < context.deadlineMs) note("attempt_timeout"); // else it is the call's time that is over
        expired = attemptTimedOut(call, instance, clock.now() - startMs);
        giveUp(failure("ambiguous", expired));
      };
      const onCallEnd = () => {
        if (settled) return controller.abort(context.signal.reason);
        if (expired !== undefined) return;
        if (clock.now() >= deadlineMs || isOver(context.signal.reason)) return timedOut();
        settle(failure("final", cancelled(call, context.signal.reason)));
        controller.abort(context.signal.reason);
      };
      let expired: ShoalError | undefined;
      let cancelTimer = clock.after(deadlineMs - startMs, timedOut);
      context.signal.addEventListener("abort", onCallEnd, { once: true });
      const attempt = {
        ...context,
        deadlineMs,
        signal: controller.signal,
        // the first goes out under the call's own span: see `recordAttempt`
        trace: call.attempts > 1 ? childTrace(context.trace, random) : context.trace,
        attempt: call.attempts,
      };
      next(call, attempt).then(
        (outcome) => settle(expired === undefined ? outcome : explained(outcome, expired)),
        (cause: unknown) =>
          settle(failure("final", shoalError("INTERNAL", { message: `${nameOf(call)} failed`, cause }))),
      );
    });
  };
}

/** An attempt that ended because its time was over says so, unless it can say what it waited for. */
function explained(outcome: Outcome<HttpReply>, expired: ShoalError): Outcome<HttpReply> {
  if (outcome.ok || outcome.kind === "final") return outcome;
  if (outcome.kind !== "unsent") return failure(outcome.kind, expired);
  if (outcome.error.code !== "CANCELLED") return outcome;
  // The transport had not even a connection: to the caller the same as a refusal.
  return failure("unsent", shoalError("CONNECT_FAILED", { message: `no connection: ${expired.message}` }));
}

/** True when the call's time is over: its own timer says so, which may come up to a millisecond before the clock does. */
function isOver(reason: unknown): boolean {
  return isShoalError(reason) && reason.code === "DEADLINE_EXCEEDED";
}

function attemptTimedOut(call: Call, instance: string, elapsedMs: number): ShoalError {
  const message = `${nameOf(call)}: no reply from ${instance} within ${Math.round(elapsedMs)} ms`;
  return shoalError("ATTEMPT_TIMEOUT", { message });
}

function cancelled(call: Call, cause: unknown): ShoalError {
  const why = call.superseded ? "another request for the same call was faster" : "the caller has gone";
  return shoalError("CANCELLED", { message: `${nameOf(call)}: ${why}`, cause });
}
