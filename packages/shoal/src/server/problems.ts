import type { ServerFilter } from "./arrival.ts";
import { failedInside, logThrown } from "./handler-errors.ts";
import { refusal } from "./refusal.ts";

/** The last resort: a filter or a schema that throws is answered with INTERNAL, and logged. A server never rejects. */
export function problems(service: string): ServerFilter {
  return async (arrival, context, next) => {
    try {
      return await next(arrival, context);
    } catch (thrown) {
      logThrown(context, `${service} failed to handle a request`, thrown);
      return refusal(failedInside(service, context), service);
    }
  };
}
