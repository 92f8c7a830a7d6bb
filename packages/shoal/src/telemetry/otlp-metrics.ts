import { DURATION_BOUNDS_S, type Histogram } from "./histogram.ts";
import { attributesOf, CLIENT_DURATION_METRIC, DURATION_METRIC } from "./red-metrics.ts";
import type { RedSeries } from "./red-series.ts";
import type { Resource } from "./resource.ts";
import { nanoText } from "./time-text.ts";

const CUMULATIVE = 2;

/** A value of the process itself, such as its memory. */
export type ProcessPoint = { readonly name: string; readonly unit: string } & (
  | {
      /** "sum": grows since the start, and is rated by who reads it; "gauge": as it is now. */
      readonly kind: "sum" | "gauge";
      readonly points: readonly { readonly attributes: Readonly<Record<string, string>>; readonly value: number }[];
    }
  | { readonly kind: "histogram"; readonly histogram: Readonly<Histogram> }
);

/** What is told of a moment. */
export interface MetricsSnapshot {
  readonly series: readonly RedSeries[];
  readonly process: readonly ProcessPoint[];
  /** Unix ms of the start of the process' sums. */
  readonly startMs: number;
}

/**
 * The body of an OTLP/HTTP metrics request in JSON: cumulative histograms, one point for each series, and the values of
 * the process. 64-bit integers are strings, as protobuf's JSON mapping has it.
 *
 * @param timeMs Unix ms of the counts.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function encodeOtlpMetrics(snapshot: MetricsSnapshot, resource: Resource, timeMs: number): string {
  const server = snapshot.series.filter(({ side }) => side === "server");
  const client = snapshot.series.filter(({ side }) => side === "client");
  const metrics = [
    ...histogramOf(DURATION_METRIC, server, timeMs),
    ...histogramOf(CLIENT_DURATION_METRIC, client, timeMs),
    ...snapshot.process.map((one) => processMetric(one, snapshot.startMs, timeMs)),
  ];
  const scopeMetrics = [{ scope: { name: "shoal" }, metrics }];
  return JSON.stringify({ resourceMetrics: [{ resource: { attributes: keyValues(resource) }, scopeMetrics }] });
}

function histogramOf(name: string, series: readonly RedSeries[], timeMs: number) {
  if (series.length === 0) return [];
  const dataPoints = series.map((one) => pointOf(one, timeMs));
  return [{ name, unit: "s", histogram: { aggregationTemporality: CUMULATIVE, dataPoints } }];
}

function processMetric(one: ProcessPoint, startMs: number, timeMs: number) {
  const { name, unit } = one;
  const startTimeUnixNano = nanoText(startMs);
  const timeUnixNano = nanoText(timeMs);
  if (one.kind === "histogram") {
    const dataPoints = [{ startTimeUnixNano, timeUnixNano, ...bucketsOf(one.histogram) }];
    return { name, unit, histogram: { aggregationTemporality: CUMULATIVE, dataPoints } };
  }
  const dataPoints = one.points.map(({ attributes, value }) => ({
    attributes: keyValues(attributes),
    ...(one.kind === "sum" ? { startTimeUnixNano } : {}),
    timeUnixNano,
    asDouble: value,
  }));
  if (one.kind === "gauge") return { name, unit, gauge: { dataPoints } };
  return { name, unit, sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } };
}

function pointOf(series: RedSeries, timeMs: number) {
  return {
    attributes: keyValues(attributesOf(series)),
    startTimeUnixNano: nanoText(series.startMs),
    timeUnixNano: nanoText(timeMs),
    ...bucketsOf(series.histogram),
  };
}

function bucketsOf({ counts, count, sumS }: Readonly<Histogram>) {
  return { count: String(count), sum: sumS, bucketCounts: counts.map(String), explicitBounds: DURATION_BOUNDS_S };
}

function keyValues(attributes: Readonly<Record<string, string | number | boolean>>) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: string | number | boolean) {
  if (typeof value === "boolean") return { boolValue: value };
  return typeof value === "number" ? { intValue: String(value) } : { stringValue: value };
}
