import type { ServerFilter } from "./arrival.ts";
import { refusal } from "./refusal.ts";

/** Refuses requests that name no operation: 404, 405 with `Allow`, or 400 for a path that does not decode. */
export function knownOperation(service: string): ServerFilter {
  return async (arrival, context, next) => {
    const { route } = arrival;
    if (route.kind !== "refused") return next(arrival, context);
    return refusal(route.error, service, route.allow === undefined ? {} : { allow: route.allow });
  };
}
