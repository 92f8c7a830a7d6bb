import { adoptTraces } from "../../core/context.ts";
import { createContextManager } from "./context-manager.ts";
import { type Joint, traceOf } from "./joint.ts";
import { createPropagator } from "./propagator.ts";
import { createTracerProvider } from "./tracer.ts";

/** Where all copies of the API keep what is registered with them. */
const REGISTERED = Symbol.for("opentelemetry.js.api.1");

/**
 * Makes spans of `@opentelemetry/api` and Shoal's the parts of one trace. An app that has registered an SDK of its own
 * by now keeps it: calls then continue its spans, and its exporter has them.
 */
export function joinOpenTelemetry(joint: Joint): void {
  const { api } = joint;
  if (hasOwnSdk()) {
    adoptTraces(() => traceOf(api, api.trace.getSpanContext(api.context.active())));
    return;
  }
  api.context.setGlobalContextManager(createContextManager(joint));
  api.trace.setGlobalTracerProvider(createTracerProvider(joint));
  api.propagation.setGlobalPropagator(createPropagator(joint));
}

function hasOwnSdk(): boolean {
  const slot = (globalThis as Record<symbol, unknown>)[REGISTERED] as
    | { trace?: unknown; context?: unknown }
    | undefined;
  return slot?.trace !== undefined || slot?.context !== undefined;
}
