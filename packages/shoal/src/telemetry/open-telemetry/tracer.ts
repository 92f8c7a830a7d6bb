import type { Span, SpanOptions, Context as TheirContext, Tracer, TracerProvider } from "@opentelemetry/api";
import { unixMs } from "../../core/clock.ts";
import { childTrace, newTrace, SAMPLED, type TraceContext } from "../../core/trace-context.ts";
import type { SpanKind } from "../records.ts";
import { newExtras } from "../span-extras.ts";
import { type Joint, spanContextOf, traceOf } from "./joint.ts";
import { unixMsOf } from "./times.ts";
import { UserSpan } from "./user-span.ts";

/** OpenTelemetry's numbers of the kinds. */
const KINDS: readonly SpanKind[] = ["internal", "server", "client", "producer", "consumer"];

/** Makes tracers whose spans are recorded beside Shoal's own. */
export function createTracerProvider(joint: Joint): TracerProvider {
  return { getTracer: (name) => createTracer(joint, name) };
}

function createTracer(joint: Joint, scope: string): Tracer {
  const { api } = joint;
  const startSpan: Tracer["startSpan"] = (name, options = {}, context = api.context.active()) =>
    begin(joint, { name, scope, options, context });
  return {
    startSpan,
    startActiveSpan(name: string, ...rest: unknown[]) {
      const task = rest.pop() as (span: Span) => unknown;
      const [options, context = api.context.active()] = rest as [SpanOptions | undefined, TheirContext | undefined];
      const span = startSpan(name, options, context);
      return api.context.with(api.trace.setSpan(context, span), task as never, undefined, span);
    },
  } as Tracer;
}

interface Beginning {
  readonly name: string;
  readonly scope: string;
  readonly options: SpanOptions;
  readonly context: TheirContext;
}

/** A span of an unsampled trace passes its ids on and keeps nothing. */
function begin(joint: Joint, { name, scope, options, context }: Beginning): Span {
  const { api, ports, recorder } = joint;
  const { clock, random } = ports;
  const parent = options.root ? undefined : traceOf(api, api.trace.getSpanContext(context));
  const trace: TraceContext = parent ? childTrace(parent, random) : newTrace(random, recorder.sampleNewTrace());
  const spanContext = spanContextOf(api, trace);
  if ((trace.flags & SAMPLED) === 0) return api.trace.wrapSpanContext(spanContext);
  const nowMs = () => unixMs(clock, clock.now());
  const startMs = unixMsOf(options.startTime, nowMs);
  const extras = newExtras();
  const { traceId, spanId } = trace;
  const span = new UserSpan(spanContext, extras, nowMs, (endMs) => {
    const { attributes, events, links, status, statusMessage } = extras;
    recorder.span({
      traceId,
      spanId,
      parentSpanId: parent?.spanId ?? "",
      name: extras.name ?? name,
      kind: KINDS[options.kind ?? 0] ?? "internal",
      startMs,
      durationMs: Math.max(0, endMs - startMs),
      status,
      statusMessage,
      attributes,
      events,
      links,
      scope,
    });
  });
  if (options.attributes) span.setAttributes(options.attributes);
  if (options.links) span.addLinks(options.links);
  return span;
}
