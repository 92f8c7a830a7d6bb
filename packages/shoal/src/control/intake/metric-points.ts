import { bucketOf, DURATION_BOUNDS_S } from "../../telemetry/histogram.ts";
import type { Attributes } from "../../telemetry/records.ts";
import { redactFields } from "../../telemetry/redact-span.ts";
import type { Collector } from "./collector.ts";
import type { DecodedFrom, GaugePoint } from "./decoded.ts";
import { type Instant, isPlausible, msOf } from "./instant.ts";
import { cutText } from "./text.ts";

/** A metric's head: what all its points share. */
export interface MetricHead {
  name: string;
  unit: string;
  /** Of a sum or a histogram. */
  kind: GaugePoint["kind"];
}

/** One point of any kind of metric, as its encoding had it. */
export interface PointDraft {
  start: Instant;
  at: Instant;
  attributes: Attributes;
  /** Of a gauge or sum; NaN without one. */
  value: number;
  /** Of a histogram or summary. */
  count: number;
  /** NaN without one. */
  sum: number;
  counts: number[];
  bounds: number[];
  exponential: ExponentialDraft | undefined;
}

/** Buckets whose bounds grow by 2^(2^-scale): bucket i of `counts` ends at base^(offset + i + 1). */
export interface ExponentialDraft {
  scale: number;
  zeroCount: number;
  offset: number;
  counts: number[];
}

/** Buckets of one point that are read. */
export const BUCKETS_MAX = 1_024;
const SERIES_CHARS_MAX = 1_024;
const LABEL_CHARS_MAX = 256;
const UNIT_CHARS_MAX = 64;
const NAMELESS = "a metric has no name";

const DURATIONS: ReadonlyMap<string, "server" | "client"> = new Map([
  ["http.server.request.duration", "server"],
  ["http.client.request.duration", "client"],
  // Before the conventions were stable: in ms.
  ["http.server.duration", "server"],
  ["http.client.duration", "client"],
]);

const SECONDS_OF_UNIT: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** A point of a gauge or a sum. One without a value says that there is none, and is passed over. */
export function takeNumberPoint(collector: Collector, from: DecodedFrom, head: MetricHead, point: PointDraft): void {
  if (head.name === "") collector.reject(NAMELESS);
  else if (Number.isFinite(point.value))
    collector.gauge({ ...gaugeOf(collector, from, head, point), value: point.value });
}

/** A point of a histogram or a summary: of HTTP durations whole, of others its count and sum. */
export function takeHistogramPoint(collector: Collector, from: DecodedFrom, head: MetricHead, point: PointDraft): void {
  const side = DURATIONS.get(head.name);
  if (head.name === "" || !isCount(point.count)) {
    collector.reject(head.name === "" ? NAMELESS : `a point of ${nameOf(head)} has a count that is none`);
    return;
  }
  if (side === undefined) {
    const gauge = gaugeOf(collector, from, head, point);
    // A count of seconds is no seconds.
    collector.gauge({ ...gauge, name: `${gauge.name}.count`, unit: "1", value: point.count });
    if (Number.isFinite(point.sum)) collector.gauge({ ...gauge, name: `${gauge.name}.sum`, value: point.sum });
    return;
  }
  const buckets = bucketsInSeconds(head, point);
  if (buckets === undefined) {
    collector.reject(`a point of ${nameOf(head)} has buckets that do not fit its bounds`);
    return;
  }
  collector.duration({ ...durationOf(side, from, head, point), ...buckets });
}

/** For messages: what came may be megabytes long. */
function nameOf({ name }: MetricHead): string {
  return cutText(name, LABEL_CHARS_MAX);
}

/** A point that is one number, but for that. */
function gaugeOf({ nowMs, limits }: Collector, from: DecodedFrom, head: MetricHead, point: PointDraft) {
  const atMs = msOf(point.at);
  return {
    service: from.service,
    instance: from.instance,
    name: cutText(head.name, limits.nameCharsMax),
    unit: cutText(head.unit, UNIT_CHARS_MAX),
    attributes: labelsOf(redactFields(point.attributes)),
    timeMs: isPlausible(atMs, nowMs) ? atMs : nowMs,
    kind: head.kind,
    startMs: head.kind === "gauge" ? 0 : msOf(point.start),
  };
}

function labelsOf(attributes: Attributes): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [key, cutText(String(value), LABEL_CHARS_MAX)]),
  );
}

function durationOf(side: "server" | "client", from: DecodedFrom, head: MetricHead, point: PointDraft) {
  const attributes = redactFields(point.attributes);
  const callee = textOf(attributes["shoal.callee"]);
  return {
    side,
    service: from.service,
    instance: from.instance,
    operation: operationOf(attributes),
    caller: side === "server" ? textOf(attributes["shoal.caller"]) : "",
    peer: side === "client" ? callee || textOf(attributes["server.address"] ?? attributes["net.peer.name"]) : "",
    external: side === "client" && callee === "",
    // Of the attributes as they came: two series that differ in a secret are two. It is never written.
    series: seriesOf(side, point.attributes),
    isError: isError(attributes),
    delta: head.kind === "delta",
    startMs: msOf(point.start),
    count: point.count,
  };
}

/** The contract's operation, "GET /route" without one. */
function operationOf(attributes: Attributes): string {
  const operation = textOf(attributes["shoal.operation"]);
  if (operation !== "") return operation;
  const method = textOf(attributes["http.request.method"] ?? attributes["http.method"]);
  const route = textOf(attributes["http.route"] ?? attributes["url.template"]);
  return cutText(`${method} ${route}`.trim(), LABEL_CHARS_MAX);
}

/** Answered with 5xx or not at all; of a client the same, since a 404 is an answer like others. */
function isError(attributes: Attributes): boolean {
  const status = attributes["http.response.status_code"] ?? attributes["http.status_code"];
  // Without a status the request ended in an exception: then the conventions ask for an error.type.
  if (status === undefined) return Object.hasOwn(attributes, "error.type");
  return Number(status) >= 500;
}

/** Attributes come in any order; two points belong together when theirs are equal. */
function seriesOf(side: string, attributes: Attributes): string {
  const pairs = Object.entries(attributes).map(([key, value]) => `${key}=${String(value)}`);
  return `${side}\n${pairs.sort().join("\n")}`.slice(0, SERIES_CHARS_MAX);
}

type Buckets = { readonly counts: readonly number[]; readonly boundsS: readonly number[] };

/** undefined when they contradict themselves. None at all is allowed: the count alone is of use for rates. */
function bucketsInSeconds(head: MetricHead, point: PointDraft): Buckets | undefined {
  const unit = head.unit === "" ? (head.name.endsWith(".request.duration") ? "s" : "ms") : head.unit;
  const seconds = SECONDS_OF_UNIT[unit];
  if (seconds === undefined || !point.counts.every(isCount)) return undefined;
  if (point.exponential !== undefined) return exponentialBuckets(point.exponential, point.count, seconds);
  if (point.counts.length !== 0 && point.counts.length !== point.bounds.length + 1) return undefined;
  const boundsS = point.bounds.map((bound) => bound * seconds);
  const grow = boundsS.every((bound, index) => bound > (boundsS[index - 1] ?? Number.NEGATIVE_INFINITY));
  return grow ? { counts: point.counts, boundsS: point.counts.length === 0 ? [] : boundsS } : undefined;
}

/**
 * Exponential buckets counted into our own, each by its upper bound. Their scale may change from point to point, ours
 * does not, so that one point can be taken from the next.
 * @see https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
 */
function exponentialBuckets(buckets: ExponentialDraft, count: number, seconds: number): Buckets | undefined {
  const { scale, zeroCount, offset, counts } = buckets;
  if (!counts.every(isCount) || !isCount(zeroCount) || scale < -10 || scale > 20) return undefined;
  const into = new Array<number>(DURATION_BOUNDS_S.length + 1).fill(0);
  into[0] = zeroCount;
  let left = count - zeroCount;
  for (const [index, one] of counts.entries()) {
    const bucket = bucketOf(2 ** ((offset + index + 1) * 2 ** -scale) * seconds);
    into[bucket] = (into[bucket] ?? 0) + one;
    left -= one;
  }
  // Of buckets beyond what is read.
  if (left > 0) into[into.length - 1] = (into.at(-1) ?? 0) + left;
  return { counts: into, boundsS: DURATION_BOUNDS_S };
}

function isCount(value: number): boolean {
  return value >= 0 && Number.isFinite(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? cutText(value, LABEL_CHARS_MAX) : "";
}
