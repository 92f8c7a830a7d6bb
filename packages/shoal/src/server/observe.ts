import { HEADER } from "../core/wire.ts";
import type { Meter } from "../telemetry/meter.ts";
import type { Arrival, ServerFilter } from "./arrival.ts";
import { type ContextSource, contextIn } from "./context-in.ts";

export interface ObserveParts {
  readonly source: ContextSource;
  readonly meter: Meter;
  /** Named in every reply, so that a caller can say which instance it was. */
  readonly instance: string;
}

/**
 * Gives each request its context, counts it with its status and duration, and signs the reply. A service's own paths
 * are not counted: health checks would drown what callers see.
 */
export function observe({ source, meter, instance }: ObserveParts): ServerFilter {
  const { clock } = source.ports;
  const signature = { [HEADER.instance]: instance };
  return async (arrival, arriving, next) => {
    const startMs = clock.now();
    const context = contextIn(arrival.message.headers, arriving, source);
    const { status, headers, body } = await next(arrival, context);
    if (arrival.route.kind !== "own") {
      const operation = operationOf(arrival);
      meter.served({ operation, status, durationMs: clock.now() - startMs, caller: context.caller ?? "" });
    }
    return { status, headers: { ...headers, ...signature }, body };
  };
}

/** Requests for nothing are one operation: their paths are the callers' and there is no end to them. */
function operationOf({ route }: Arrival): string {
  return route.kind === "operation" ? route.operation.name : "unknown";
}
