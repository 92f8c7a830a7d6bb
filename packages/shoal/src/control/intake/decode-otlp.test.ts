import { gzipSync } from "node:zlib";
import { context, ROOT_CONTEXT, SeverityNumber, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
  AggregationTemporality,
  AggregationType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { IntakeKind } from "../history/history.ts";
import { decodeIntake } from "./decode-intake.ts";

/** OpenTelemetry's SDK makes the records and writes them; only the reading is ours. */
const resource = resourceFromAttributes({
  "service.name": "py-shop",
  "service.instance.id": "py-1",
  "host.name": "box",
});
const nowMs = Date.UTC(2026, 5, 1);
const PROTOBUF = "application/x-protobuf";
const JSON_TYPE = "application/json";

const decode = (kind: IntakeKind, contentType: string, given: Uint8Array | undefined, at = nowMs) => {
  const body = { kind, contentType, contentEncoding: "", bytes: given ?? new Uint8Array() };
  const { bytes: _, ...records } = decodeIntake(body, at);
  return records;
};

function sdkSpans() {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const tracer = provider.getTracer("shop", "1.2");
  const root = tracer.startSpan("GET /cart", { kind: SpanKind.SERVER, startTime: [1_780_000_000, 123_456_789] });
  const inRoot = trace.setSpan(ROOT_CONTEXT, root);
  const child = tracer.startSpan(
    "SELECT ünïcödé 🐟",
    {
      kind: SpanKind.CLIENT,
      startTime: [1_780_000_000, 200_000_000],
      attributes: {
        "server.port": 5_432,
        negative: -7,
        ratio: 0.25,
        ok: true,
        tags: ["a", "b"],
        large: 9_007_199_254_740_991,
        empty: "",
      },
      links: [{ context: root.spanContext(), attributes: { why: "test" } }],
    },
    inRoot,
  );
  child.addEvent("exception", { "exception.message": "gone" }, [1_780_000_000, 250_000_000]);
  child.setStatus({ code: SpanStatusCode.ERROR, message: "no table" });
  child.end([1_780_000_000, 300_000_001]);
  root.end([1_780_000_001, 123_456_790]);
  return { spans: exporter.getFinishedSpans(), ids: { root: root.spanContext(), child: child.spanContext() } };
}

describe("spans of the OpenTelemetry SDK", () => {
  const { spans, ids } = sdkSpans();
  const fromProtobuf = decode("otlp-traces", PROTOBUF, ProtobufTraceSerializer.serializeRequest([...spans]));

  it("are read from protobuf", () => {
    expect(fromProtobuf).toMatchObject({ rejected: 0, reason: "", logs: [] });
    expect(fromProtobuf.spans).toEqual([
      {
        service: "py-shop",
        instance: "py-1",
        resource: { "service.name": "py-shop", "service.instance.id": "py-1", "host.name": "box" },
        traceId: ids.root.traceId,
        spanId: ids.child.spanId,
        parentSpanId: ids.root.spanId,
        name: "SELECT ünïcödé 🐟",
        kind: "client",
        startMs: 1_780_000_000_200,
        durationMs: 100.000_001,
        status: "error",
        statusMessage: "no table",
        attributes: {
          "server.port": 5_432,
          negative: -7,
          ratio: 0.25,
          ok: true,
          tags: ["a", "b"],
          large: 9_007_199_254_740_991,
          empty: "",
        },
        events: [{ name: "exception", timeMs: 1_780_000_000_250, attributes: { "exception.message": "gone" } }],
        links: [{ traceId: ids.root.traceId, spanId: ids.root.spanId, attributes: { why: "test" } }],
        scope: "shop",
      },
      expect.objectContaining({
        spanId: ids.root.spanId,
        parentSpanId: "",
        name: "GET /cart",
        kind: "server",
        startMs: 1_780_000_000_123.4568,
        durationMs: 1_000.000_001,
        status: "unset",
      }),
    ]);
  });

  it("share one resource", () => {
    expect(fromProtobuf.spans[0]?.resource).toBe(fromProtobuf.spans[1]?.resource);
  });

  it("are the same read from JSON, and packed", () => {
    const bytes = JsonTraceSerializer.serializeRequest([...spans]) ?? new Uint8Array();
    expect(decode("otlp-traces", JSON_TYPE, bytes)).toEqual(fromProtobuf);
    const packed = { kind: "otlp-traces", contentType: JSON_TYPE, contentEncoding: "gzip" } as const;
    expect(decodeIntake({ ...packed, bytes: gzipSync(bytes) }, nowMs)).toEqual({
      ...fromProtobuf,
      bytes: bytes.byteLength,
    });
  });
});

describe("any span", () => {
  const { spans } = sdkSpans();
  // The SDK writes NaN and the infinities as null in JSON: they are lost before they come here.
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  const scalar = fc.oneof(fc.string({ unit: "grapheme" }), finite, fc.maxSafeInteger(), fc.boolean());
  const attributes = fc.dictionary(
    fc.string(),
    fc.oneof(scalar, fc.array(fc.string()), fc.dictionary(fc.string(), scalar), fc.constant(null)),
  );
  const time = fc.tuple(fc.integer({ min: 900_000_000, max: 1_780_300_000 }), fc.nat(999_999_999));
  const made = fc.record({
    name: fc.string({ unit: "grapheme" }),
    kind: fc.nat(4),
    startTime: time,
    endTime: time,
    status: fc.record({ code: fc.nat(2), message: fc.string() }),
    attributes,
    events: fc.array(fc.record({ name: fc.string(), time, attributes }), { maxLength: 3 }),
    droppedAttributesCount: fc.nat(),
  });

  it("is the same read from protobuf and from JSON", () => {
    const [real] = spans;
    if (real === undefined) throw new Error("the SDK made no span");
    fc.assert(
      fc.property(fc.array(made, { maxLength: 4 }), (fields) => {
        const some = fields.map((one) => ({ ...real, ...one, spanContext: () => real.spanContext() }) as ReadableSpan);
        const protobuf = decode("otlp-traces", PROTOBUF, ProtobufTraceSerializer.serializeRequest(some));
        expect(protobuf).toEqual(decode("otlp-traces", JSON_TYPE, JsonTraceSerializer.serializeRequest(some)));
        expect(protobuf.spans.length + protobuf.rejected).toBe(fields.length);
      }),
    );
  });
});

describe("log records of the OpenTelemetry SDK", () => {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] });
  const { ids } = sdkSpans();
  provider.getLogger("app").emit({
    severityNumber: SeverityNumber.WARN2,
    body: "careful <b>",
    attributes: { userId: 42, deep: { a: [1, { b: null }], __proto__x: "y" } },
    timestamp: [1_780_000_000, 5_000_000],
    context: trace.setSpanContext(context.active(), ids.root),
    eventName: "cart.warned",
  });
  provider.getLogger("app").emit({
    severityText: "ERROR",
    body: { msg: "an object", n: 1 },
    timestamp: [1_780_000_001, 0],
  });
  const records = exporter.getFinishedLogRecords();
  const fromProtobuf = decode("otlp-logs", PROTOBUF, ProtobufLogsSerializer.serializeRequest([...records]));

  it("are read from protobuf", () => {
    expect(fromProtobuf.logs).toMatchObject([
      {
        service: "py-shop",
        timeMs: 1_780_000_000_005,
        level: "warn",
        text: "careful <b>",
        traceId: ids.root.traceId,
        spanId: ids.root.spanId,
        fields: { userId: 42, deep: '{"a":[1,{"b":null}],"__proto__x":"y"}', "event.name": "cart.warned" },
        scope: "app",
      },
      { level: "error", text: '{"msg":"an object","n":1}', traceId: "", spanId: "" },
    ]);
  });

  it("are the same read from JSON", () => {
    expect(decode("otlp-logs", JSON_TYPE, JsonLogsSerializer.serializeRequest([...records]))).toEqual(fromProtobuf);
  });
});

describe("metrics of the OpenTelemetry SDK", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const exponential = { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { recordMinMax: true } } as const;
  const provider = new MeterProvider({
    resource,
    readers: [reader],
    views: [{ instrumentName: "http.client.request.duration", aggregation: exponential }],
  });
  const meter = provider.getMeter("shop");
  const served = meter.createHistogram("http.server.request.duration", {
    unit: "s",
    advice: { explicitBucketBoundaries: [0.01, 0.1, 1] },
  });
  served.record(0.005, { "http.request.method": "GET", "http.route": "/cart", "http.response.status_code": 200 });
  served.record(0.5, { "http.request.method": "GET", "http.route": "/cart", "http.response.status_code": 503 });
  const calls = meter.createHistogram("http.client.request.duration", { unit: "s" });
  for (const seconds of [0.002, 0.004, 0.3]) calls.record(seconds, { "server.address": "api.example.com" });
  const legacy = meter.createHistogram("http.server.duration", {
    unit: "ms",
    advice: { explicitBucketBoundaries: [10, 100] },
  });
  legacy.record(20, { "http.method": "POST", "http.route": "/buy", "http.status_code": 201 });
  meter.createGauge("queue.size", { unit: "{item}" }).record(12.5, { queue: "mail" });
  meter.createCounter("orders").add(3);
  meter.createUpDownCounter("connections").add(-2);
  meter.createHistogram("bytes", { unit: "By" }).record(7);
  await reader.forceFlush();
  const [metrics] = exporter.getMetrics();
  await provider.shutdown();
  if (metrics === undefined) throw new Error("the SDK made no metrics");
  const at = Date.now();
  const fromProtobuf = decode("otlp-metrics", PROTOBUF, ProtobufMetricsSerializer.serializeRequest(metrics), at);

  it("are read from protobuf: durations", () => {
    expect(fromProtobuf.rejected).toBe(0);
    expect(fromProtobuf.metrics.durations).toMatchObject([
      { side: "client", peer: "api.example.com", external: true, isError: false, count: 3 },
      {
        side: "server",
        service: "py-shop",
        instance: "py-1",
        operation: "GET /cart",
        isError: false,
        delta: false,
        count: 1,
        counts: [1, 0, 0, 0],
        boundsS: [0.01, 0.1, 1],
      },
      { operation: "GET /cart", isError: true, counts: [0, 0, 1, 0] },
      { side: "server", operation: "POST /buy", isError: false, counts: [0, 1, 0], boundsS: [0.01, 0.1] },
    ]);
    const [called, first, second] = fromProtobuf.metrics.durations;
    expect(first?.series).not.toBe(second?.series);
    expect(first?.startMs).toBeGreaterThan(at - 60_000);
    // 2 ms, 4 ms and 0.3 s, each in the bucket of ours that holds the upper bound of its exponential one.
    expect(called?.counts.map((count, bucket) => [bucket, count]).filter(([, count]) => count !== 0)).toEqual([
      [2, 1],
      [3, 1],
      [10, 1],
    ]);
  });

  it("are read from protobuf: what is one number", () => {
    expect(fromProtobuf.metrics.gauges).toMatchObject([
      { name: "queue.size", unit: "{item}", attributes: { queue: "mail" }, value: 12.5, kind: "gauge", startMs: 0 },
      { name: "orders", value: 3, kind: "cumulative" },
      { name: "connections", value: -2, kind: "gauge" },
      { name: "bytes.count", unit: "1", value: 1, kind: "cumulative" },
      { name: "bytes.sum", unit: "By", value: 7 },
    ]);
  });

  it("are the same read from JSON", () => {
    expect(decode("otlp-metrics", JSON_TYPE, JsonMetricsSerializer.serializeRequest(metrics), at)).toEqual(
      fromProtobuf,
    );
  });
});
