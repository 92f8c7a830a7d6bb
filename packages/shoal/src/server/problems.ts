import type { ServerFilter } from "./arrival.ts";
import { failedInside, logThrown } from "./handler-errors.ts";
import { refusal } from "./refusal.ts";

/** The last resort: a filter or a schema that throws is answered with INTERNAL, and logged. A server never rejects. */
export function problems(service: string): ServerFilter {
  return (arrival, context, next) => {
    const failed = (thrown: unknown) => {
      logThrown(context, `${service} failed to handle a request`, thrown);
      return refusal(failedInside(service, context), service);
    };
    try {
      return next(arrival, context).catch(failed);
    } catch (thrown) {
      return Promise.resolve(failed(thrown)); // filters that do not wait for anything are no async functions
    }
  };
}
