import { expect, it } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { encodeOtlpMetrics } from "./otlp-metrics.ts";
import { processPoints } from "./process-metrics.ts";
import { createProcessReadings } from "./process-readings.ts";
import { createRedRecorder } from "./red-series.ts";

it("encodes a cumulative histogram as OTLP JSON, 64-bit integers as strings", async () => {
  const clock = createVirtualClock();
  const recorder = createRedRecorder(clock);
  recorder.served({ operation: "getQuote", status: 503, durationMs: 30, caller: "edge" });
  await clock.advance(1_000);
  const document = JSON.parse(
    encodeOtlpMetrics(
      { series: recorder.snapshot().series, process: [], startMs: 0 },
      { "service.name": "quotes" },
      clock.wallMs(),
    ),
  );
  const [resourceMetrics] = document.resourceMetrics;
  expect(resourceMetrics.resource.attributes).toEqual([{ key: "service.name", value: { stringValue: "quotes" } }]);
  const [metric] = resourceMetrics.scopeMetrics[0].metrics;
  expect(metric).toMatchObject({ name: "http.server.request.duration", unit: "s" });
  expect(metric.histogram.aggregationTemporality).toBe(2);
  const [point] = metric.histogram.dataPoints;
  expect(point).toMatchObject({
    startTimeUnixNano: "1767225600000000000",
    timeUnixNano: "1767225601000000000",
    count: "1",
    sum: 0.03,
  });
  expect(point.bucketCounts).toHaveLength(point.explicitBounds.length + 1);
  expect(point.bucketCounts.filter((count: string) => count === "1")).toHaveLength(1);
  expect(point.attributes).toEqual([
    { key: "shoal.operation", value: { stringValue: "getQuote" } },
    { key: "http.response.status_code", value: { intValue: "503" } },
    { key: "error.type", value: { stringValue: "503" } },
    { key: "shoal.caller", value: { stringValue: "edge" } },
  ]);
});

it("encodes calls made: those of the fleet with the service, those outside with the host", () => {
  const clock = createVirtualClock();
  const recorder = createRedRecorder(clock);
  recorder.called({ operation: "getQuote", status: 200, durationMs: 3, callee: "quotes", external: false });
  recorder.called({ operation: "GET", status: 0, durationMs: 3, callee: "api.example.com:8443", external: true });
  const snapshot = { series: recorder.snapshot().series, process: [], startMs: 0 };
  const [metric] = JSON.parse(encodeOtlpMetrics(snapshot, {}, 0)).resourceMetrics[0].scopeMetrics[0].metrics;
  expect(metric.name).toBe("http.client.request.duration");
  const attributes = metric.histogram.dataPoints.map((point: { attributes: { key: string; value: object }[] }) =>
    point.attributes.map(({ key, value }) => `${key}=${Object.values(value).join()}`),
  );
  expect(attributes).toEqual([
    [
      "shoal.operation=getQuote",
      "http.response.status_code=200",
      "server.address=quotes.service",
      "shoal.callee=quotes",
    ],
    ["shoal.operation=GET", "http.request.method=GET", "error.type=_OTHER", "server.address=api.example.com:8443"],
  ]);
});

it("encodes what the process costs in OpenTelemetry's names", () => {
  const snapshot = { series: [], process: processPoints(createProcessReadings()()), startMs: 0 };
  const { metrics } = JSON.parse(encodeOtlpMetrics(snapshot, {}, 0)).resourceMetrics[0].scopeMetrics[0];
  expect(metrics.map(({ name }: { name: string }) => name)).toEqual([
    "process.cpu.time",
    "process.memory.usage",
    "process.uptime",
    "v8js.memory.heap.used",
    "v8js.memory.heap.limit",
    "nodejs.eventloop.delay.p50",
    "nodejs.eventloop.delay.p99",
    "nodejs.eventloop.delay.max",
    "nodejs.eventloop.utilization",
    "v8js.gc.duration",
  ]);
  expect(metrics[0].sum).toMatchObject({ aggregationTemporality: 2, isMonotonic: true });
  expect(metrics[1].gauge.dataPoints[0].asDouble).toBeGreaterThan(1_000_000);
});
