import type { Ports } from "../../core/service.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import type { CallFilter } from "../call.ts";
import { coalesceKey } from "./coalesce-key.ts";
import { type Flight, startFlight } from "./flight.ts";

/** Different requests of one service that may be shared at the same time, and calls that may wait for one of them. */
const FLIGHTS_MAX = 1_000;
const WAITERS_MAX = 1_000;
/** Who has more than so many times the time that is left to the first caller has a request sent anew, with its own. */
const TIMES_MORE_MAX = 2;

export interface CoalesceParts {
  readonly note: (event: EdgeEvent) => void;
}

/**
 * Lets identical reads that are in flight at the same time share one request: for calls with `coalesce`, of GET and HEAD
 * without a body, that take their reply whole. Nothing is kept once the reply is there: this is no cache. Beyond its
 * bounds calls go alone. Retries and hedges below are made once for all who wait, by the first call's settings.
 *
 * What was sent has the first caller's deadline, and its callee gives up by that. So nobody joins who has much more
 * time: that call begins anew, and those that come later join it.
 */
export function coalesce({ note }: CoalesceParts, { clock }: Pick<Ports, "clock">): CallFilter {
  const flights = new Map<string, Flight>();
  return (call, context, next) => {
    const key = call.settings.coalesce ? coalesceKey(call, context) : undefined;
    if (key === undefined) return next(call, context);
    const flying = flights.get(key);
    if (flying === undefined || isTooHurried(flying, context.deadlineMs, clock.now())) {
      if (flying === undefined && flights.size >= FLIGHTS_MAX) return next(call, context);
      const flight = startFlight(call, context, next, () => {
        if (flights.get(key) === flight) flights.delete(key);
      });
      flights.set(key, flight);
      return flight.join(call, context);
    }
    if (flying.waiting() >= WAITERS_MAX) return next(call, context);
    note("coalesced");
    call.coalesced = true;
    return flying.join(call, context);
  };
}

function isTooHurried({ sentUntilMs }: Flight, deadlineMs: number, nowMs: number): boolean {
  return deadlineMs - nowMs > TIMES_MORE_MAX * (sentUntilMs - nowMs);
}
