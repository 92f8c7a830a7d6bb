import { expect, it } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { encodeOtlpMetrics } from "./otlp-metrics.ts";
import { createRedRecorder } from "./red-series.ts";

it("encodes a cumulative histogram as OTLP JSON, 64-bit integers as strings", async () => {
  const clock = createVirtualClock();
  const recorder = createRedRecorder(clock);
  recorder.served({ operation: "getQuote", status: 503, durationMs: 30, caller: "edge" });
  await clock.advance(1_000);
  const document = JSON.parse(
    encodeOtlpMetrics(recorder.snapshot().series, { "service.name": "quotes" }, clock.wallMs()),
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
