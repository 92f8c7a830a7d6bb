import type { ServerFilter } from "./arrival.ts";
import { refusal } from "./refusal.ts";

/** Refuses requests that name no operation: 404, 405 with `Allow`, or 400 for a path that does not decode. */
export function knownOperation(service: string): ServerFilter {
  return (arrival, context, next) => {
    const { route } = arrival;
    if (route.kind !== "refused") return next(arrival, context);
    const headers = route.allow === undefined ? {} : { allow: route.allow };
    return Promise.resolve(refusal(route.error, service, headers));
  };
}
