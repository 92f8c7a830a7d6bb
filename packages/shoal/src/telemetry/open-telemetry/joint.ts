import type { SpanContext } from "@opentelemetry/api";
import type { Ports } from "../../core/service.ts";
import { formatTraceparent, type TraceContext } from "../../core/trace-context.ts";
import type { Recorder } from "../recorder.ts";

/** The app's copy of `@opentelemetry/api`. */
export type Api = typeof import("@opentelemetry/api");

/** What both sides of the joint need. */
export interface Joint {
  readonly api: Api;
  readonly ports: Ports;
  readonly recorder: Recorder;
}

/** A span of ours in OpenTelemetry's words. */
export function spanContextOf(api: Api, { traceId, spanId, flags, state }: TraceContext): SpanContext {
  const known = { traceId, spanId, traceFlags: flags };
  return state === "" ? known : { ...known, traceState: api.createTraceState(state) };
}

/** A span of OpenTelemetry's in ours; undefined when it is none. */
export function traceOf(api: Api, context: SpanContext | undefined): TraceContext | undefined {
  if (context === undefined || !api.isSpanContextValid(context)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = context;
  return { traceId, spanId, flags: traceFlags & 3, state: traceState?.serialize() ?? "" };
}

export function traceparentOf(context: SpanContext): string {
  return formatTraceparent({ ...context, flags: context.traceFlags, state: "" });
}
