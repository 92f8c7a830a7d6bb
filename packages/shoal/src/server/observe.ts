import type { Meter } from "../telemetry/meter.ts";
import type { Arrival, ServerFilter } from "./arrival.ts";
import { type ContextSource, contextIn } from "./context-in.ts";

/**
 * Gives each request its context, and counts it with its status and duration. A service's own paths are not counted:
 * health checks would drown what callers see.
 */
export function observe(source: ContextSource, meter: Meter): ServerFilter {
  const { clock } = source.ports;
  return async (arrival, arriving, next) => {
    const startMs = clock.now();
    const context = contextIn(arrival.message.headers, arriving, source);
    const reply = await next(arrival, context);
    if (arrival.route.kind === "own") return reply;
    meter.served({
      operation: operationOf(arrival),
      status: reply.status,
      durationMs: clock.now() - startMs,
      caller: context.caller ?? "",
    });
    return reply;
  };
}

/** Requests for nothing are one operation: their paths are the callers' and there is no end to them. */
function operationOf({ route }: Arrival): string {
  return route.kind === "operation" ? route.operation.name : "unknown";
}
