import type { Clock } from "../core/clock.ts";
import type { Context } from "../core/context.ts";
import type { Arrival, ServerFilter } from "./arrival.ts";
import type { Limiter, Release } from "./limiter.ts";
import { nack } from "./refusal.ts";

export interface AdmissionParts {
  readonly service: string;
  readonly limiter: Limiter;
  readonly clock: Pick<Clock, "after">;
  /** How long work may go on after its deadline before its place is given away, in ms. */
  readonly hungMs: number;
  /** Called when a place was given away although the work on it has not ended. */
  readonly onHung: (arrival: Arrival, context: Context) => void;
}

/**
 * Bounded concurrency: a free place, or a bounded wait for one, or a nack. The place is held until the work below
 * has truly settled: were it free at the deadline, a slow dependency would let work pile up without end
 * (measured elsewhere: a limit of 5 became 30 at once).
 */
export function admission({ service, limiter, clock, hungMs, onHung }: AdmissionParts): ServerFilter {
  const overloaded = nack("retryable", "OVERLOADED", service, `${service} is at its limit of requests`);
  const gone = nack("final", "DEADLINE_EXCEEDED", service, `${service} had no place before the deadline`);
  return async (arrival, context, next) => {
    let release = limiter.tryAcquire();
    if (!release) {
      if (!limiter.canWait()) return overloaded;
      release = await limiter.acquire(context.signal);
      if (!release) return gone;
    }
    arrival.progress.stage = "begun";
    const stopWatching = releaseWhenHung(arrival, context, release);
    try {
      return await next(arrival, context);
    } finally {
      stopWatching();
      release();
    }
  };

  function releaseWhenHung(arrival: Arrival, context: Context, release: Release): () => void {
    let cancel = () => {};
    const onAbort = () => {
      cancel = clock.after(hungMs, () => {
        release();
        onHung(arrival, context);
      });
    };
    context.signal.addEventListener("abort", onAbort, { once: true });
    return () => {
      cancel();
      context.signal.removeEventListener("abort", onAbort);
    };
  }
}
