import type { Clock } from "../core/clock.ts";
import { type Context, cancellationOf } from "../core/context.ts";
import type { HttpReply } from "../core/message.ts";
import type { ResilienceMeter } from "../telemetry/resilience.ts";
import type { Arrival, ServerFilter, ServerService } from "./arrival.ts";
import type { Limiter, Release } from "./limiter.ts";
import type { Overload } from "./overload.ts";
import { nack } from "./refusal.ts";

export interface RefuseExcessParts {
  readonly service: string;
  readonly overload: Pick<Overload, "refuses" | "nackKind">;
  readonly shed: ResilienceMeter["shed"];
  readonly asked: ResilienceMeter["asked"];
}

/**
 * Refuses what the service has no room for, with a reply that was made once: an overloaded server must be able to
 * refuse many times what it can do.
 */
export function refuseExcess({ service, overload, shed, asked }: RefuseExcessParts): ServerFilter {
  const nacks = nacksOf(service);
  return (arrival, context, next) => {
    asked();
    const reason = overload.refuses(context.criticality);
    if (reason === undefined) return next(arrival, context);
    shed(context.criticality, reason);
    return Promise.resolve(nacks[overload.nackKind()]);
  };
}

export interface AdmissionParts {
  readonly service: string;
  readonly limiter: Limiter;
  readonly clock: Pick<Clock, "now" | "after">;
  readonly shed: ResilienceMeter["shed"];
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
export function admission(parts: AdmissionParts): ServerFilter {
  const { service, limiter, clock, shed } = parts;
  const { retryable } = nacksOf(service);
  const keepPlace = placeKeeper(parts);
  const gone = nack("final", "DEADLINE_EXCEEDED", service, `${service} had no place before the deadline`);
  const sentAway = (turn: "gone" | "evicted", { criticality, deadlineMs }: Context) => {
    if (turn === "evicted") {
      shed(criticality, "queue_full");
      return retryable;
    }
    // A caller that has hung up is no load that was shed.
    if (clock.now() >= deadlineMs) shed(criticality, "expired");
    return gone;
  };
  return (arrival, context, next) => {
    const place = limiter.tryAcquire();
    if (place) return keepPlace(place, arrival, context, next);
    return limiter
      .acquire(context)
      .then((turn) => (typeof turn === "function" ? keepPlace(turn, arrival, context, next) : sentAway(turn, context)));
  };
}

/** Does work that has a place, and gives the place back when the work has settled, or hangs. */
export type PlaceKeeper = (
  place: Release,
  arrival: Arrival,
  context: Context,
  work: ServerService,
) => Promise<HttpReply>;

export function placeKeeper({
  clock,
  hungMs,
  onHung,
}: Pick<AdmissionParts, "clock" | "hungMs" | "onHung">): PlaceKeeper {
  return async (place, arrival, context, work) => {
    arrival.progress.stage = "begun";
    const stopWatching = releaseWhenHung(arrival, context, place);
    try {
      return await work(arrival, context);
    } finally {
      stopWatching();
      place();
    }
  };

  function releaseWhenHung(arrival: Arrival, context: Context, release: Release): () => void {
    let cancel = () => {};
    const ended = {
      onCancel() {
        cancel = clock.after(hungMs, () => {
          release();
          onHung(arrival, context);
        });
      },
    };
    const cancellation = cancellationOf(context);
    cancellation.subscribe(ended);
    return () => {
      cancel();
      cancellation.unsubscribe(ended);
    };
  }
}

/** Made once: an error of its own for each refusal would cost more than the rest of it. */
function nacksOf(service: string): Readonly<Record<"retryable" | "final", HttpReply>> {
  const message = `${service} is at its limit of requests`;
  return {
    retryable: nack("retryable", "OVERLOADED", service, message),
    final: nack("final", "OVERLOADED", service, `${message}, and refuses most of them`),
  };
}
