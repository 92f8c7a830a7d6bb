import { DURATION_METRIC } from "../../telemetry/red-metrics.ts";
import type { DurationPointOfIntake } from "../history/history.ts";

type Json = Readonly<Record<string, unknown>>;

/** More than these in one request, or one list, are left out. */
const POINTS_MAX = 10_000;
const BUCKETS_MAX = 200;
const ATTRIBUTES_MAX = 64;
const NAME_CHARS_MAX = 128;
const KEY_CHARS_MAX = 1_024;

/**
 * The points of `http.server.request.duration` in an OTLP metrics document: explicit histograms, cumulative or delta,
 * of any SDK. Whatever has another shape is left out without a word: a collector that is strict loses good data with bad.
 */
export function readDurationPoints(document: object): readonly DurationPointOfIntake[] {
  const points: DurationPointOfIntake[] = [];
  for (const resourceMetrics of objectsIn(document, "resourceMetrics")) {
    const resource = attributesIn(field(resourceMetrics, "resource"));
    const service = textOf(resource.get("service.name"));
    const instance = textOf(resource.get("service.instance.id")) || service;
    if (service === "") continue;
    for (const histogram of durationHistograms(resourceMetrics)) {
      const room = POINTS_MAX - points.length;
      for (const point of objectsIn(histogram, "dataPoints").slice(0, room)) {
        const read = readPoint(point, isDelta(histogram));
        if (read) points.push({ ...read, service, instance });
      }
    }
  }
  return points;
}

function durationHistograms(resourceMetrics: Json): readonly unknown[] {
  return objectsIn(resourceMetrics, "scopeMetrics")
    .flatMap((scope) => objectsIn(scope, "metrics"))
    .filter((metric) => metric["name"] === DURATION_METRIC)
    .map((metric) => field(metric, "histogram"));
}

function readPoint(point: Json, delta: boolean): Omit<DurationPointOfIntake, "service" | "instance"> | undefined {
  const counts = numbersIn(point, "bucketCounts");
  const boundsS = numbersIn(point, "explicitBounds");
  const count = numberOf(point["count"]);
  if (count === undefined || count < 0 || !counts || !boundsS) return undefined;
  // A histogram without buckets has a count and nothing more: allowed, and of use for rates.
  if (counts.length !== 0 && counts.length !== boundsS.length + 1) return undefined;
  if (counts.some((one) => one < 0)) return undefined;
  const attributes = attributesIn(point);
  return {
    side: "server",
    operation: textOf(attributes.get("shoal.operation") ?? attributes.get("http.route")),
    caller: textOf(attributes.get("shoal.caller")),
    peer: "",
    external: false,
    series: seriesKey(attributes),
    isError: isError(attributes),
    delta,
    startMs: (numberOf(point["startTimeUnixNano"]) ?? 0) / 1e6,
    count,
    counts,
    boundsS,
  };
}

function isError(attributes: ReadonlyMap<string, unknown>): boolean {
  const status = attributes.get("http.response.status_code");
  // Without a status the request ended in an exception: then the conventions ask for an error.type.
  return status === undefined ? attributes.has("error.type") : Number(status) >= 500;
}

/** Attributes come in any order; two points belong together when theirs are equal. */
function seriesKey(attributes: ReadonlyMap<string, unknown>): string {
  return [...attributes]
    .map(([key, value]) => `${key}=${String(value)}`)
    .sort()
    .join("\n")
    .slice(0, KEY_CHARS_MAX);
}

function isDelta(histogram: unknown): boolean {
  const temporality = field(histogram, "aggregationTemporality");
  return temporality === 1 || temporality === "AGGREGATION_TEMPORALITY_DELTA";
}

function attributesIn(holder: unknown): Map<string, unknown> {
  const attributes = new Map<string, unknown>();
  for (const { key, value } of objectsIn(holder, "attributes").slice(0, ATTRIBUTES_MAX)) {
    if (typeof key === "string") attributes.set(key, scalarOf(value));
  }
  return attributes;
}

function scalarOf(value: unknown): unknown {
  for (const kind of ["stringValue", "intValue", "boolValue", "doubleValue"]) {
    const held = field(value, kind);
    if (typeof held === "string" || typeof held === "number" || typeof held === "boolean") return held;
  }
  return "";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, NAME_CHARS_MAX) : "";
}

function objectsIn(holder: unknown, key: string): readonly Json[] {
  const list = field(holder, key);
  if (!Array.isArray(list)) return [];
  return list.filter((item): item is Json => typeof item === "object" && item !== null);
}

/** Numbers, of which 64-bit ones are strings in protobuf's JSON. Absent is an empty list; undefined when one is none. */
function numbersIn(holder: Json, key: string): readonly number[] | undefined {
  const list = holder[key] ?? [];
  if (!Array.isArray(list) || list.length > BUCKETS_MAX) return undefined;
  const numbers = list.map(numberOf);
  return numbers.includes(undefined) ? undefined : (numbers as number[]);
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

function field(holder: unknown, key: string): unknown {
  return typeof holder === "object" && holder !== null && Object.hasOwn(holder, key)
    ? (holder as Json)[key]
    : undefined;
}
