import { type AttributeBag, attributesOf, createBag } from "./attribute-bag.ts";
import type { Collector } from "./collector.ts";
import { NO_INSTANT } from "./instant.ts";
import type { IntakeLimits } from "./limits.ts";
import {
  BUCKETS_MAX,
  type ExponentialDraft,
  type MetricHead,
  type PointDraft,
  takeHistogramPoint,
  takeNumberPoint,
} from "./metric-points.ts";
import { readAttribute } from "./otlp-common-protobuf.ts";
import { type Place, readGroups } from "./otlp-groups-protobuf.ts";
import type { OnField, ProtobufReader } from "./protobuf-reader.ts";

// Field numbers of opentelemetry/proto/metrics/v1/metrics.proto.

const DELTA = 1;

/** Reads an ExportMetricsServiceRequest. Throws BODY_MALFORMED. */
export function readMetricsProtobuf(bytes: Uint8Array, collector: Collector): void {
  readGroups(bytes, collector, readMetric);
}

interface Reading {
  readonly head: MetricHead;
  readonly points: PointReading[];
  onPoint: OnField<PointReading>;
  take: typeof takeNumberPoint;
  temporality: number;
  isMonotonic: boolean;
  readonly collector: Collector;
}

interface PointReading {
  readonly point: PointDraft;
  readonly bag: AttributeBag;
  readonly limits: IntakeLimits;
}

function readMetric({ collector, from }: Place, reader: ProtobufReader): void {
  const reading: Reading = {
    head: { name: "", unit: "", kind: "gauge" },
    points: [],
    onPoint: numberPointField,
    take: takeNumberPoint,
    temporality: 0,
    isMonotonic: false,
    collector,
  };
  reader.message(reading, metricField);
  for (const { point, bag } of reading.points) {
    point.attributes = attributesOf(bag);
    reading.take(collector, from, reading.head, point);
  }
}

function metricField(reading: Reading, field: number, reader: ProtobufReader): void {
  if (field === 1) reading.head.name = reader.text();
  else if (field === 3) reading.head.unit = reader.text();
  else if (field === 5) readData(reading, numberPointField, takeNumberPoint, reader);
  else if (field === 7) readData(reading, numberPointField, takeNumberPoint, reader);
  else if (field === 9) readData(reading, histogramPointField, takeHistogramPoint, reader);
  else if (field === 10) readData(reading, exponentialPointField, takeHistogramPoint, reader);
  else if (field === 11) readData(reading, summaryPointField, takeHistogramPoint, reader);
  else {
    reader.skip();
    return;
  }
  if (field >= 5) reading.head.kind = kindOf(field, reading);
}

/** A sum that may fall, such as of open connections, is read as what it is now. */
function kindOf(field: number, { temporality, isMonotonic }: Reading): MetricHead["kind"] {
  if (field === 5 || (field === 7 && !isMonotonic)) return "gauge";
  return temporality === DELTA ? "delta" : "cumulative";
}

function readData(reading: Reading, onPoint: Reading["onPoint"], take: Reading["take"], reader: ProtobufReader): void {
  reading.onPoint = onPoint;
  reading.take = take;
  reader.message(reading, dataField);
}

function dataField(reading: Reading, field: number, reader: ProtobufReader): void {
  if (field === 1 && reading.collector.begin()) readPoint(reading, reader);
  else if (field === 2) reading.temporality = reader.unsigned();
  else if (field === 3) reading.isMonotonic = reader.unsigned() !== 0;
  else reader.skip();
}

function readPoint({ points, collector, onPoint }: Reading, reader: ProtobufReader): void {
  const point: PointDraft = {
    start: NO_INSTANT,
    at: NO_INSTANT,
    attributes: {},
    value: Number.NaN,
    count: 0,
    sum: Number.NaN,
    counts: [],
    bounds: [],
    exponential: undefined,
  };
  const reading = { point, bag: createBag(), limits: collector.limits };
  reader.message(reading, onPoint);
  points.push(reading);
}

function numberPointField({ point, bag, limits }: PointReading, field: number, reader: ProtobufReader): void {
  if (field === 2) point.start = reader.instant();
  else if (field === 3) point.at = reader.instant();
  else if (field === 4) point.value = reader.double();
  else if (field === 6) point.value = reader.sfixed64();
  else if (field === 7) readAttribute(bag, limits, reader);
  else reader.skip();
}

function summaryPointField({ point, bag, limits }: PointReading, field: number, reader: ProtobufReader): void {
  if (field === 7) readAttribute(bag, limits, reader);
  else countedField(point, field, reader);
}

function histogramPointField({ point, bag, limits }: PointReading, field: number, reader: ProtobufReader): void {
  if (field === 6) reader.numbers("fixed64", point.counts, BUCKETS_MAX);
  else if (field === 7) reader.numbers("double", point.bounds, BUCKETS_MAX);
  else if (field === 9) readAttribute(bag, limits, reader);
  else countedField(point, field, reader);
}

/** What histograms and summaries share. */
function countedField(point: PointDraft, field: number, reader: ProtobufReader): void {
  if (field === 2) point.start = reader.instant();
  else if (field === 3) point.at = reader.instant();
  else if (field === 4) point.count = reader.fixed64();
  else if (field === 5) point.sum = reader.double();
  else reader.skip();
}

function exponentialPointField({ point, bag, limits }: PointReading, field: number, reader: ProtobufReader): void {
  point.exponential ??= { scale: 0, zeroCount: 0, offset: 0, counts: [] };
  if (field === 1) readAttribute(bag, limits, reader);
  else if (field === 6) point.exponential.scale = reader.sint32();
  else if (field === 7) point.exponential.zeroCount = reader.fixed64();
  else if (field === 8) reader.message(point.exponential, bucketsField);
  else countedField(point, field, reader);
}

function bucketsField(buckets: ExponentialDraft, field: number, reader: ProtobufReader): void {
  if (field === 1) buckets.offset = reader.sint32();
  else if (field === 2) reader.numbers("unsigned", buckets.counts, BUCKETS_MAX);
  else reader.skip();
}
