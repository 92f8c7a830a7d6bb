import { DURATION_BOUNDS_S } from "./histogram.ts";
import { attributesOf, DURATION_METRIC } from "./red-metrics.ts";
import type { RedSeries } from "./red-series.ts";
import type { Resource } from "./resource.ts";

const CUMULATIVE = 2;

/**
 * The body of an OTLP/HTTP metrics request in JSON: one cumulative histogram, one point for each series.
 * 64-bit integers are strings, as protobuf's JSON mapping has it.
 *
 * @param timeMs Unix ms of the counts.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function encodeOtlpMetrics(series: readonly RedSeries[], resource: Resource, timeMs: number): string {
  return JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: keyValues(resource) },
        scopeMetrics: [
          {
            scope: { name: "shoal" },
            metrics: [
              {
                name: DURATION_METRIC,
                unit: "s",
                histogram: {
                  aggregationTemporality: CUMULATIVE,
                  dataPoints: series.map((one) => pointOf(one, timeMs)),
                },
              },
            ],
          },
        ],
      },
    ],
  });
}

function pointOf(series: RedSeries, timeMs: number) {
  const { counts, count, sumS } = series.histogram;
  return {
    attributes: keyValues(attributesOf(series)),
    startTimeUnixNano: nanoText(series.startMs),
    timeUnixNano: nanoText(timeMs),
    count: String(count),
    sum: sumS,
    bucketCounts: counts.map(String),
    explicitBounds: DURATION_BOUNDS_S,
  };
}

/** A double cannot hold today's nanoseconds exactly, so the zeros are written, not multiplied. */
function nanoText(ms: number): string {
  return `${Math.floor(ms)}000000`;
}

function keyValues(attributes: Readonly<Record<string, string | number | boolean>>) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: string | number | boolean) {
  if (typeof value === "boolean") return { boolValue: value };
  return typeof value === "number" ? { intValue: String(value) } : { stringValue: value };
}
