import { criticalityIn } from "../core/criticality.ts";
import { HEADER } from "../core/wire.ts";
import type { ResilienceMeter } from "../telemetry/resilience.ts";
import type { ServerFilter } from "./arrival.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { nack } from "./refusal.ts";

const CLOSE = { connection: "close" } as const;

/**
 * While the server drains, every reply asks its connection to close, so that callers move on by themselves: a
 * keep-alive connection that is simply closed loses the request that crosses the close on its way.
 */
export function drainGate(service: string, lifecycle: Lifecycle, shed: ResilienceMeter["shed"]): ServerFilter {
  return async (arrival, context, next) => {
    const before = lifecycle.phase();
    if (before === "closed") {
      shed(criticalityIn(arrival.message.headers[HEADER.criticality]), "draining");
      const refused = nack("retryable", "DRAINING", service, `this instance of ${service} is stopping`);
      return { ...refused, headers: { ...refused.headers, ...CLOSE } };
    }
    const reply = await next(arrival, context);
    return lifecycle.phase() === "draining" ? { ...reply, headers: { ...reply.headers, ...CLOSE } } : reply;
  };
}
