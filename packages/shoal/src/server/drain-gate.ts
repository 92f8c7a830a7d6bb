import type { ServerFilter } from "./arrival.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { nack } from "./refusal.ts";

const CLOSE = { connection: "close" } as const;

/**
 * While the server drains, every reply asks its connection to close, so that callers move on by themselves: a
 * keep-alive connection that is simply closed loses the request that crosses the close on its way.
 */
export function drainGate(service: string, lifecycle: Lifecycle): ServerFilter {
  return async (arrival, context, next) => {
    const before = lifecycle.phase();
    if (before === "closed") {
      const refused = nack("retryable", "DRAINING", service, `this instance of ${service} is stopping`);
      return { ...refused, headers: { ...refused.headers, ...CLOSE } };
    }
    const reply = await next(arrival, context);
    return lifecycle.phase() === "draining" ? { ...reply, headers: { ...reply.headers, ...CLOSE } } : reply;
  };
}
