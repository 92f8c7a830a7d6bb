import { criticalityIn } from "../core/criticality.ts";
import type { HttpReply } from "../core/message.ts";
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
  const leaving = (reply: HttpReply) => (lifecycle.phase() === "draining" ? closing(reply) : reply);
  return (arrival, context, next) => {
    if (lifecycle.phase() !== "closed") return next(arrival, context).then(leaving);
    shed(criticalityIn(arrival.message.headers[HEADER.criticality]), "draining");
    return Promise.resolve(closing(nack("retryable", "DRAINING", service, `this instance of ${service} is stopping`)));
  };
}

function closing(reply: HttpReply): HttpReply {
  return { ...reply, headers: { ...reply.headers, ...CLOSE } };
}
