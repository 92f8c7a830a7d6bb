import { attributesOf } from "./attribute-bag.ts";
import type { Collector } from "./collector.ts";
import type { DecodedFrom, GaugePoint } from "./decoded.ts";
import { instantOfJson, NO_INSTANT } from "./instant.ts";
import { countIn, enumIn, type Json, numberOf, objectIn, objectsIn, textIn } from "./json-fields.ts";
import type { IntakeLimits } from "./limits.ts";
import {
  BUCKETS_MAX,
  type ExponentialDraft,
  type MetricHead,
  type PointDraft,
  takeHistogramPoint,
  takeNumberPoint,
} from "./metric-points.ts";
import { readAttributesJson, readGroupsJson } from "./otlp-common-json.ts";

const NAMES = { groups: "resourceMetrics", libraries: "scopeMetrics", records: "metrics" };
const TEMPORALITIES = ["UNSPECIFIED", "DELTA", "CUMULATIVE"].map((name) => `AGGREGATION_TEMPORALITY_${name}`);
const DELTA = 1;

/** Reads an ExportMetricsServiceRequest in JSON. */
export function readMetricsJson(document: Json, collector: Collector): void {
  readGroupsJson(document, NAMES, collector, (metric, from) => readMetric(metric, from, collector));
}

function readMetric(metric: Json, from: DecodedFrom, collector: Collector): void {
  const name = textIn(metric, "name");
  const unit = textIn(metric, "unit");
  const read = (data: Json, kind: GaugePoint["kind"], take: typeof takeNumberPoint) => {
    const head: MetricHead = { name, unit, kind };
    for (const point of objectsIn(data, "dataPoints")) {
      if (collector.begin()) take(collector, from, head, pointOf(point, collector.limits));
    }
  };
  read(objectIn(metric, "gauge"), "gauge", takeNumberPoint);
  const sum = objectIn(metric, "sum");
  read(sum, sum["isMonotonic"] === true ? kindOf(sum) : "gauge", takeNumberPoint);
  for (const key of ["histogram", "exponentialHistogram"]) {
    const histogram = objectIn(metric, key);
    read(histogram, kindOf(histogram), takeHistogramPoint);
  }
  read(objectIn(metric, "summary"), "cumulative", takeHistogramPoint);
}

function kindOf(data: Json): "cumulative" | "delta" {
  return enumIn(data, "aggregationTemporality", TEMPORALITIES) === DELTA ? "delta" : "cumulative";
}

function pointOf(point: Json, limits: IntakeLimits): PointDraft {
  return {
    start: instantOfJson(point["startTimeUnixNano"]) ?? NO_INSTANT,
    at: instantOfJson(point["timeUnixNano"]) ?? NO_INSTANT,
    attributes: attributesOf(readAttributesJson(point, limits)),
    value: numberOf(point["asDouble"] ?? point["asInt"]),
    // Zero is left out by protobuf's JSON.
    count: numberOf(point["count"] ?? 0),
    sum: numberOf(point["sum"]),
    counts: numbersIn(point, "bucketCounts"),
    bounds: numbersIn(point, "explicitBounds"),
    exponential: point["scale"] === undefined && point["positive"] === undefined ? undefined : exponentialOf(point),
  };
}

function exponentialOf(point: Json): ExponentialDraft {
  const positive = objectIn(point, "positive");
  return {
    scale: numberOf(point["scale"] ?? 0),
    zeroCount: countIn(point, "zeroCount"),
    offset: numberOf(positive["offset"] ?? 0),
    counts: numbersIn(positive, "bucketCounts"),
  };
}

function numbersIn(holder: Json, key: string): number[] {
  const list = holder[key];
  return Array.isArray(list) ? list.slice(0, BUCKETS_MAX).map(numberOf) : [];
}
