import type { CancelListener, Cancellation } from "../../core/cancellation.ts";
import { cancellationOf } from "../../core/context.ts";
import { isShoalError, shoalError } from "../../core/errors.ts";
import { Line } from "../../core/line.ts";
import type { HttpReply } from "../../core/message.ts";
import { failure, type Outcome } from "../../core/outcome.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import type { CallFilter } from "../call.ts";
import { isWhole, whenBodyEnds } from "../reply-body.ts";

/** Counts who is in flight, and lets a bounded number wait for their turn, first come first served. */
export interface Turnstile {
  /** Whether it may go in now, or when its turn has come, which a cancellation prevents. */
  readonly enter: (waiter: Cancellation) => Entry;
  /** One that entered has left. */
  readonly leave: () => void;
  /** True when one more could not even wait. */
  readonly isFull: () => boolean;
  readonly inFlight: () => number;
  readonly waiting: () => number;
}

export type Entry =
  | { readonly kind: "admitted" }
  /** `turn` tells whether the turn came before the cancellation. */
  | { readonly kind: "waiting"; readonly turn: Promise<boolean> }
  | { readonly kind: "full" };

const ADMITTED: Entry = { kind: "admitted" };
const FULL: Entry = { kind: "full" };

interface Waiter {
  readonly admit: () => void;
}

/**
 * @param inFlightMax >= 1. Asked each time, because what a connection carries changes with its protocol; when it falls,
 * those in flight stay and nobody goes in until there are fewer.
 * @param waitersMax >= 0. Asked each time too.
 */
export function createTurnstile(inFlightMax: () => number, waitersMax: () => number): Turnstile {
  const waiters = new Line<Waiter>();
  let inFlight = 0;

  const wait = (cancellation: Cancellation) =>
    new Promise<boolean>((resolve) => {
      const waiter: Waiter & CancelListener = {
        admit() {
          cancellation.unsubscribe(waiter);
          resolve(true);
        },
        onCancel() {
          waiters.leave(place);
          resolve(false);
        },
      };
      const place = waiters.add(waiter);
      cancellation.subscribe(waiter);
    });

  const isFull = () => inFlight >= inFlightMax() && waiters.size >= waitersMax();

  /** As many as there is room for: one, or all when the room has grown. */
  const admitWaiting = () => {
    for (let next = waiters.first; next !== undefined && inFlight < inFlightMax(); next = waiters.first) {
      waiters.leave(next);
      inFlight += 1;
      next.item.admit();
    }
  };

  return {
    enter(cancellation) {
      if (waiters.size > 0) admitWaiting();
      if (inFlight < inFlightMax()) {
        inFlight += 1;
        return ADMITTED;
      }
      if (isFull()) return FULL;
      return { kind: "waiting", turn: cancellation.aborted ? Promise.resolve(false) : wait(cancellation) };
    },
    leave() {
      inFlight -= 1;
      if (waiters.size > 0) admitWaiting();
    },
    isFull,
    inFlight: () => inFlight,
    waiting: () => waiters.size,
  };
}

/** Bounds the requests in flight to one instance. A streamed reply counts until its end: it holds its connection. */
export function concurrencyLimit(turnstile: Turnstile, instance: string, note: (event: EdgeEvent) => void): CallFilter {
  const left = (outcome: Outcome<HttpReply>) => {
    if (!isWhole(outcome)) return whenBodyEnds(outcome, turnstile.leave);
    turnstile.leave();
    return outcome;
  };
  const failed = (cause: unknown) => {
    turnstile.leave();
    throw cause;
  };
  return (call, context, next) => {
    const entry = turnstile.enter(cancellationOf(context));
    if (entry.kind === "full") {
      note("queue_full");
      return Promise.resolve(limitReached(turnstile, instance, "as many wait as may"));
    }
    if (entry.kind === "admitted") return next(call, context).then(left, failed);
    return entry.turn.then((hasTurn) => {
      if (!hasTurn) {
        if (isOutOfTime(cancellationOf(context))) note("queue_full");
        return limitReached(turnstile, instance, "the wait took too long");
      }
      if (!call.superseded) return next(call, context).then(left, failed);
      turnstile.leave();
      return limitReached(turnstile, instance, "it was not needed any more");
    });
  };
}

/** Not when the caller has left. */
function isOutOfTime({ reason }: Cancellation): boolean {
  return isShoalError(reason) && reason.code === "ATTEMPT_TIMEOUT";
}

function limitReached(turnstile: Turnstile, instance: string, why: string): Outcome<HttpReply> {
  const message = `${turnstile.inFlight()} calls to ${instance} are in flight and ${turnstile.waiting()} wait: ${why}`;
  return failure("unsent", shoalError("LIMIT_REACHED", { message }));
}
