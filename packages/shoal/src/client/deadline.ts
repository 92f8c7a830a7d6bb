import { type CancelListener, type Cancellation, CancelSource, cancellationOfSignal } from "../core/cancellation.ts";
import { type Context, cancellationOf, LazyContext } from "../core/context.ts";
import { type ShoalError, shoalError } from "../core/errors.ts";
import type { HttpReply } from "../core/message.ts";
import { failure, type Outcome } from "../core/outcome.ts";
import type { Ports } from "../core/service.ts";
import { type TimeLimit, type TimeLimited, TimeLimits } from "../core/time-limits.ts";
import type { EdgeEvent } from "../telemetry/resilience.ts";
import { type Call, type CallFilter, type CallService, nameOf } from "./call.ts";
import { discard, isWhole, whenBodyEnds } from "./reply-body.ts";

/**
 * Settles the call, once, no later than its deadline or its caller's leaving, whatever happens below; and tells those
 * below, through the context, that nobody waits any more. A streamed reply outlives the deadline, but not the caller.
 */
export function totalDeadline({ clock }: Pick<Ports, "clock">, note: (event: EdgeEvent) => void): CallFilter {
  const limits = new TimeLimits(clock);
  const parts: WaitedParts = { clock, note, limits };
  return (call, context, next) => {
    const startMs = call.atMs;
    const remainingMs = context.deadlineMs - startMs;
    const caller = cancellationOf(context);
    const own = call.signal === undefined ? undefined : cancellationOfSignal(call.signal);
    const ended = caller.aborted ? caller : own;
    if (ended?.aborted) return Promise.resolve(failure("final", cancelled(call, ended.reason)));
    if (remainingMs < 1) {
      note("deadline_exceeded");
      return Promise.resolve(failure("final", exceeded(call, 0)));
    }
    return new Promise((resolve) => new WaitedCall(parts, call, { caller, own }, resolve).begin(context, next));
  };
}

interface WaitedParts extends Pick<Ports, "clock"> {
  readonly note: (event: EdgeEvent) => void;
  readonly limits: TimeLimits;
}

/** One call that somebody waits for: what it is cancelled by, and what cancels those below, in one object. */
class WaitedCall extends CancelSource implements CancelListener, TimeLimited {
  readonly #parts: WaitedParts;
  readonly #call: Call;
  readonly #startMs: number;
  readonly #caller: Cancellation;
  readonly #own: Cancellation | undefined;
  readonly #resolve: (outcome: Outcome<HttpReply>) => void;
  #limit: TimeLimit | undefined;
  #settled = false;

  constructor(
    parts: WaitedParts,
    call: Call,
    { caller, own }: { readonly caller: Cancellation; readonly own: Cancellation | undefined },
    resolve: (outcome: Outcome<HttpReply>) => void,
  ) {
    super();
    this.#parts = parts;
    this.#call = call;
    this.#startMs = call.atMs;
    this.#caller = caller;
    this.#own = own;
    this.#resolve = resolve;
  }

  begin(context: Context, next: CallService): void {
    this.#limit = this.#parts.limits.begin(this, context.deadlineMs, this.#startMs);
    this.#caller.subscribe(this);
    this.#own?.subscribe(this);
    next(this.#call, new LazyContext(context, this)).then(
      (outcome) => {
        if (!this.#settled && isTimeOver(outcome) && this.#isOver(context)) this.onTimeOver();
        else this.#settle(outcome);
      },
      (cause: unknown) => this.#settle(failure("final", brokeDown(this.#call, cause))),
    );
  }

  #isOver({ deadlineMs }: Context): boolean {
    return this.#parts.clock.now() > deadlineMs - EARLY_MS;
  }

  onTimeOver(): void {
    const { clock, note } = this.#parts;
    note("deadline_exceeded");
    this.#end(exceeded(this.#call, clock.now() - this.#startMs));
  }

  #end(error: ShoalError): void {
    this.#settle(failure("final", error));
    this.cancel(error); // after it has settled: what it stirs up below comes too late
  }

  onCancel(reason: unknown): void {
    this.#end(cancelled(this.#call, reason));
  }

  #settle(outcome: Outcome<HttpReply>): void {
    if (this.#settled) {
      discard(outcome);
      return;
    }
    this.#settled = true;
    if (this.#limit) this.#parts.limits.end(this.#limit);
    if (isWhole(outcome)) {
      this.#stopListening();
      this.#resolve(outcome);
    } else this.#resolve(whenBodyEnds(outcome, () => this.#stopListening()));
  }

  #stopListening(): void {
    this.#caller.unsubscribe(this);
    this.#own?.unsubscribe(this);
  }
}

/** An attempt that had all that was left ends with its call: whose timer comes first must not decide what it is called. */
function isTimeOver(outcome: Outcome<HttpReply>): boolean {
  return !outcome.ok && outcome.error.code === "ATTEMPT_TIMEOUT";
}

/** Timers come up to so much before the clock says that it is time, in ms. */
const EARLY_MS = 1;

function exceeded(call: Call, elapsedMs: number): ShoalError {
  return shoalError("DEADLINE_EXCEEDED", {
    message: `${nameOf(call)}: no answer within ${Math.round(elapsedMs)} ms`,
  });
}

function cancelled(call: Call, cause: unknown): ShoalError {
  return shoalError("CANCELLED", { message: `${nameOf(call)}: the caller has gone`, cause });
}

function brokeDown(call: Call, cause: unknown): ShoalError {
  return shoalError("INTERNAL", { message: `${nameOf(call)}: the client failed`, cause });
}
