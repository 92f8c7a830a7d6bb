import type { EdgeEvent } from "../../telemetry/resilience.ts";
import type { CallFilter } from "../call.ts";
import { coalesceKey } from "./coalesce-key.ts";
import { type Flight, startFlight } from "./flight.ts";

/** Different requests of one service that may be shared at the same time, and calls that may wait for one of them. */
const FLIGHTS_MAX = 1_000;
const WAITERS_MAX = 1_000;

export interface CoalesceParts {
  readonly note: (event: EdgeEvent) => void;
}

/**
 * Lets identical reads that are in flight at the same time share one request: for calls with `coalesce`, of GET and HEAD
 * without a body, that take their reply whole. Nothing is kept once the reply is there: this is no cache. Beyond its
 * bounds calls go alone. Retries and hedges below are made once for all who wait, by the first call's settings.
 */
export function coalesce({ note }: CoalesceParts): CallFilter {
  const flights = new Map<string, Flight>();
  return (call, context, next) => {
    const key = call.settings.coalesce ? coalesceKey(call, context) : undefined;
    if (key === undefined) return next(call, context);
    const flying = flights.get(key);
    if (flying === undefined) {
      if (flights.size >= FLIGHTS_MAX) return next(call, context);
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
