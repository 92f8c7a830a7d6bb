import * as api from "@opentelemetry/api";
import { afterEach, describe, expect, it } from "vitest";
import { traceOfCall } from "../../client/call-context.ts";
import { type Context, currentContext, runInContext } from "../../core/context.ts";
import { newTrace } from "../../core/trace-context.ts";
import { createFakeRuntime } from "../../testing/fake-runtime.ts";
import { createRecordingRecorder } from "../../testing/recording-recorder.ts";
import { arrivingContext } from "../../transport/arrival.ts";
import { extrasOf } from "../span-extras.ts";
import { joinOpenTelemetry } from "./join.ts";

function joined(sampled = true) {
  const { ports } = createFakeRuntime();
  const recorder = createRecordingRecorder(sampled);
  joinOpenTelemetry({ api, ports, recorder });
  const context: Context = {
    ...arrivingContext(new AbortController().signal),
    trace: { ...newTrace(ports.random, sampled), state: "a=1" },
    baggage: "user=7;secret,shop=b%20c",
  };
  return { ports, recorder, context, tracer: api.trace.getTracer("mine"), spans: recorder.spans };
}

afterEach(() => {
  api.trace.disable();
  api.context.disable();
  api.propagation.disable();
});

describe("a handler that uses @opentelemetry/api", () => {
  it("finds the span of its request, and can say more of it", () => {
    const { context } = joined();
    runInContext(context, () => {
      const span = api.trace.getActiveSpan();
      expect(span?.spanContext()).toMatchObject({ traceId: context.trace.traceId, spanId: context.trace.spanId });
      expect(span?.spanContext().traceState?.get("a")).toBe("1");
      span?.setAttribute("user.id", 7).recordException(new TypeError("odd"));
    });
    const extras = extrasOf(context.trace);
    expect(extras?.attributes).toEqual({ "user.id": 7 });
    expect(extras?.events).toMatchObject([{ name: "exception", attributes: { "exception.type": "TypeError" } }]);
  });

  it("makes spans below that of its request, and calls below those", async () => {
    const { context, tracer, spans, ports } = joined();
    let callTrace: ReturnType<typeof traceOfCall> | undefined;
    await runInContext(context, () =>
      tracer.startActiveSpan("price", { kind: api.SpanKind.CLIENT, attributes: { rows: 3 } }, async (span) => {
        await Promise.resolve();
        callTrace = traceOfCall({ ports }, currentContext());
        span.end();
        span.setAttribute("late", true);
      }),
    );
    const [span] = spans;
    expect(span).toMatchObject({
      traceId: context.trace.traceId,
      parentSpanId: context.trace.spanId,
      name: "price",
      kind: "client",
      scope: "mine",
      attributes: { rows: 3 },
    });
    expect(callTrace).toMatchObject({ traceId: context.trace.traceId, parentSpanId: span?.spanId, state: "a=1" });
  });

  it("keeps deadline, caller and a computed value of its request inside its spans", () => {
    const { context, tracer } = joined();
    let deadlineMs = 5;
    const moving = Object.defineProperty({ ...context }, "deadlineMs", { get: () => deadlineMs, enumerable: true });
    runInContext(moving, () =>
      tracer.startActiveSpan("work", (span) => {
        deadlineMs = 6;
        expect(currentContext()).toMatchObject({ deadlineMs: 6, baggage: context.baggage });
        span.end();
      }),
    );
  });

  it("reads the request's baggage, and hands a changed one on", () => {
    const { context } = joined();
    runInContext(context, () => {
      const baggage = api.propagation.getActiveBaggage();
      expect(baggage?.getEntry("user")?.value).toBe("7");
      expect(baggage?.getEntry("shop")?.value).toBe("b c");
      const changed = baggage?.setEntry("user", { value: "ü" });
      if (!changed) throw new Error("no baggage");
      api.context.with(api.propagation.setBaggage(api.context.active(), changed), () => {
        expect(currentContext()?.baggage).toBe("user=%C3%BC,shop=b%20c");
        expect(currentContext()?.trace.spanId).toBe(context.trace.spanId);
      });
    });
  });

  it("injects and extracts W3C's headers", () => {
    const { context, spans, tracer } = joined();
    const carrier: Record<string, string> = {};
    runInContext(context, () => api.propagation.inject(api.context.active(), carrier));
    expect(carrier).toEqual({
      traceparent: `00-${context.trace.traceId}-${context.trace.spanId}-03`,
      tracestate: "a=1",
      baggage: context.baggage,
    });
    tracer.startSpan("consume", {}, api.propagation.extract(api.ROOT_CONTEXT, carrier)).end();
    expect(spans[0]).toMatchObject({ traceId: context.trace.traceId, parentSpanId: context.trace.spanId });
  });

  it("extracts nothing from what is no text, nor two parents, nor more baggage than is passed on", () => {
    const { context } = joined();
    const parent = `00-${context.trace.traceId}-${context.trace.spanId}-03`;
    const spanIn = (carrier: object) =>
      api.trace.getSpanContext(api.propagation.extract(api.ROOT_CONTEXT, carrier))?.spanId;
    expect(spanIn({ traceparent: [parent] })).toBe(context.trace.spanId);
    expect(spanIn({ traceparent: [parent, parent] })).toBeUndefined();
    expect(spanIn({ traceparent: Buffer.from(parent), baggage: Buffer.from("a=1") })).toBeUndefined();
    const baggage = Array.from({ length: 100 }, (_, index) => `key${index}=${"v".repeat(100)}`).join(",");
    const carrier: Record<string, string> = {};
    api.propagation.inject(api.propagation.extract(api.ROOT_CONTEXT, { traceparent: parent, baggage }), carrier);
    expect(carrier["baggage"]?.split(",")).toHaveLength(64);
  });

  it("keeps its context in what it binds", () => {
    const { context, tracer, spans } = joined();
    const bound = runInContext(context, () =>
      api.context.bind(api.context.active(), () => tracer.startSpan("later").end()),
    );
    bound();
    expect(spans[0]?.parentSpanId).toBe(context.trace.spanId);
  });
});

describe("a span of @opentelemetry/api", () => {
  it("begins a trace outside of a request, and calls continue it", () => {
    const { tracer, spans, ports } = joined();
    tracer.startActiveSpan("job", (span) => {
      const trace = traceOfCall({ ports }, currentContext());
      expect(trace.parentSpanId).toBe(span.spanContext().spanId);
      tracer.startSpan("root", { root: true }).end();
      span.end();
    });
    expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual(["", ""]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(2);
  });

  it("has the status, name, events and links that it was given, within bounds", () => {
    const { tracer, spans } = joined();
    const span = tracer.startSpan("a", { startTime: [1_767_225_600, 500_000_000] });
    span.updateName("b").setStatus({ code: api.SpanStatusCode.ERROR, message: "no" });
    span.addEvent("seen", { n: 1 }, 1_767_225_600_600).addLink({ context: span.spanContext() });
    for (let index = 0; index < 1_000; index += 1) span.setAttribute(`k${index}`, "v".repeat(10_000));
    span.end(new Date(1_767_225_601_000));
    expect(spans[0]).toMatchObject({
      name: "b",
      status: "error",
      statusMessage: "no",
      startMs: 1_767_225_600_500,
      durationMs: 500,
      events: [{ name: "seen", timeMs: 1_767_225_600_600, attributes: { n: 1 } }],
    });
    expect(spans[0]?.links).toHaveLength(1);
    expect(Object.keys(spans[0]?.attributes ?? {})).toHaveLength(128);
    expect(spans[0]?.attributes["k0"]).toHaveLength(8_192);
  });

  it("keeps nothing in a trace that is not sampled, and passes that on", () => {
    const { context, tracer, spans } = joined(false);
    runInContext(context, () =>
      tracer.startActiveSpan("work", (span) => {
        expect(span.isRecording()).toBe(false);
        expect(currentContext()?.trace.flags).toBe(2);
        span.end();
      }),
    );
    expect(spans).toEqual([]);
  });
});
