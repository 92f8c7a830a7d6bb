import { type CancelListener, type Cancellation, CancelSource } from "../../core/cancellation.ts";
import type { Cancel } from "../../core/clock.ts";
import { type Context, cancellationOf, LazyContext } from "../../core/context.ts";
import { isShoalError, type ShoalError, shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { failure, type Outcome } from "../../core/outcome.ts";
import type { Ports } from "../../core/service.ts";
import { type TimeLimit, type TimeLimited, TimeLimits } from "../../core/time-limits.ts";
import { childTrace } from "../../core/trace-context.ts";
import type { Recorder } from "../../telemetry/recorder.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import { type Call, type CallFilter, type CallService, nameOf } from "../call.ts";
import { recordAttempt } from "../call-span.ts";
import { noteAttempt } from "../record-exchange.ts";
import { discard, isWhole, whenBodyEnds } from "../reply-body.ts";

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
  const parts: AttemptParts = { clock, random, note, recorder, limits: new TimeLimits(clock) };
  return (call, context, next) => {
    const caller = cancellationOf(context);
    if (caller.aborted) return Promise.resolve(failure("final", cancelled(call, caller.reason)));
    return new Promise((resolve) => new Attempt(parts, call, context, resolve).begin(next));
  };
}

interface AttemptParts extends Ports {
  readonly note: (event: EdgeEvent) => void;
  readonly recorder: Recorder | undefined;
  readonly limits: TimeLimits;
}

/** One attempt that is waited for: what it is cancelled by, and what cancels those below, in one object. */
class Attempt extends CancelSource implements CancelListener, TimeLimited {
  readonly #parts: AttemptParts;
  readonly #call: Call;
  readonly #context: Context;
  readonly #caller: Cancellation;
  readonly #own: LazyContext;
  readonly #resolve: (outcome: Outcome<HttpReply>) => void;
  /** By the end of this attempt the call may be at another. */
  readonly #instance: string;
  readonly #startMs: number;
  #settled = false;
  #expired: ShoalError | undefined;
  readonly #limit: TimeLimit;
  /** Of what comes after the end of its time. */
  #cancelEnd: Cancel | undefined;

  constructor(parts: AttemptParts, call: Call, context: Context, resolve: (outcome: Outcome<HttpReply>) => void) {
    super();
    const { random } = parts;
    this.#parts = parts;
    this.#call = call;
    this.#context = context;
    this.#caller = cancellationOf(context);
    this.#resolve = resolve;
    this.#instance = call.instance;
    this.#startMs = call.atMs;
    this.#own = new LazyContext(context, this);
    this.#own.deadlineMs = Math.min(this.#startMs + call.settings.attemptMs, context.deadlineMs);
    // the first goes out under the call's own span: see `recordAttempt`
    if (call.attempts > 1) this.#own.trace = childTrace(context.trace, random);
    this.#own.attempt = call.attempts;
    this.#limit = parts.limits.begin(this, this.#own.deadlineMs, this.#startMs);
  }

  begin(next: CallService): void {
    this.#caller.subscribe(this);
    next(this.#call, this.#own).then(
      (outcome) => this.#settle(this.#expired === undefined ? outcome : explained(outcome, this.#expired)),
      (cause: unknown) => this.#settle(failure("final", brokeDown(this.#call, cause))),
    );
  }

  /** The call has ended first. */
  onCancel(reason: unknown): void {
    if (!this.#settled) {
      if (this.#expired !== undefined) return;
      if (this.#parts.clock.now() >= this.#own.deadlineMs || isOver(reason)) {
        this.onTimeOver();
        return;
      }
      this.#settle(failure("final", cancelled(this.#call, reason)));
    }
    this.cancel(reason);
  }

  onTimeOver(): void {
    const { clock, note } = this.#parts;
    if (this.#own.deadlineMs < this.#context.deadlineMs) note("attempt_timeout"); // else it is the call's time that is over
    const expired = attemptTimedOut(this.#call, this.#instance, clock.now() - this.#startMs);
    this.#expired = expired;
    // What has settled by now knows best whether anything was sent; a transport that dawdles is not waited for.
    this.cancel(expired);
    this.#parts.limits.end(this.#limit);
    this.#cancelEnd = clock.after(0, () => this.#settle(failure("ambiguous", expired)));
  }

  #settle(outcome: Outcome<HttpReply>): void {
    if (this.#settled) {
      discard(outcome);
      return;
    }
    this.#settled = true;
    this.#parts.limits.end(this.#limit);
    this.#cancelEnd?.();
    if (this.#parts.recorder) this.#record(outcome, this.#parts.recorder);
    if (isWhole(outcome)) {
      this.#caller.unsubscribe(this);
      this.#resolve(outcome);
    } else {
      // The link to the call stays while the body arrives.
      this.#resolve(whenBodyEnds(outcome, () => this.#caller.unsubscribe(this)));
    }
  }

  #record(outcome: Outcome<HttpReply>, recorder: Recorder): void {
    const { clock, random } = this.#parts;
    const done = {
      call: this.#call,
      instance: this.#instance,
      context: this.#own,
      outcome,
      startMs: this.#startMs,
    };
    recordAttempt(recorder, { clock, random }, done);
    noteAttempt(done, clock.now());
  }
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

function brokeDown(call: Call, cause: unknown): ShoalError {
  return shoalError("INTERNAL", { message: `${nameOf(call)} failed`, cause });
}
