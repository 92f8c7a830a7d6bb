import type { ExchangeDetail, LogEntry, SpanView } from "../../src/api/types.ts";
import type { SyntheticFleet, SyntheticService } from "./fleet.ts";
import { makeExchange } from "./make-exchange.ts";
import { makeLine } from "./make-line.ts";
import type { Random } from "./random.ts";

/** All that one request from outside left behind. */
export interface TraceRecords {
  readonly traceId: string;
  readonly spans: readonly SpanView[];
  readonly exchanges: readonly ExchangeDetail[];
  readonly lines: readonly Omit<LogEntry, "seq">[];
}

const SPANS_MAX = 120;

interface Draft {
  readonly random: Random;
  readonly fleet: SyntheticFleet;
  readonly traceId: string;
  readonly run: string;
  readonly spans: SpanView[];
  readonly exchanges: ExchangeDetail[];
  readonly lines: Omit<LogEntry, "seq">[];
}

/** A request to `entry` and the calls it made, down the fleet. */
export function makeTrace(
  given: Pick<Draft, "random" | "fleet" | "run">,
  entry: SyntheticService,
  startMs: number,
): TraceRecords {
  const draft: Draft = { ...given, traceId: given.random.hex(32), spans: [], exchanges: [], lines: [] };
  const parent = given.random.chance(0.02) ? given.random.hex(16) : "";
  serveSpan(draft, { service: entry, caller: "", parentSpanId: parent, startMs });
  return draft;
}

interface Served {
  readonly service: SyntheticService;
  readonly caller: string;
  readonly parentSpanId: string;
  readonly startMs: number;
}

/** @returns the span's duration and whether it failed. */
function serveSpan(
  draft: Draft,
  { service, caller, parentSpanId, startMs }: Served,
): { durationMs: number; failed: boolean } {
  const { random, traceId } = draft;
  const operation = random.pick(service.operations);
  const instance = random.pick(service.instances).instance;
  const spanId = random.hex(16);
  const at = draft.spans.length;
  const own = random.skewed(service.latencyMs);
  let cursor = startMs + own * 0.2;
  let childFailed = false;
  for (const call of service.calls) {
    if (!random.chance(call.share) || draft.spans.length >= SPANS_MAX) continue;
    const called = callSpan(draft, { caller: service.name, instance, parentSpanId: spanId, startMs: cursor, ...call });
    cursor = random.chance(0.7) ? cursor + called.durationMs : cursor + 0.3;
    childFailed ||= called.failed && random.chance(0.5);
  }
  const last = Math.max(0, ...draft.spans.slice(at).map((span) => span.startMs + span.durationMs - startMs));
  const failed = childFailed || random.chance(service.errorRatio);
  const path = operation.path.replace(":id", String(random.integer(1, 99_999)));
  const span: SpanView = {
    traceId,
    spanId,
    parentSpanId,
    service: service.name,
    instance,
    name: `${operation.method} ${operation.path}`,
    kind: "server",
    startMs,
    durationMs: Math.max(own, last + own * 0.1),
    status: failed ? "error" : "unset",
    statusMessage: failed ? "upstream failed: <b>connection reset</b>" : "",
    attributes: {
      "http.request.method": operation.method,
      "url.path": path,
      "http.route": operation.path,
      "http.response.status_code": failed ? 503 : 200,
      "shoal.operation": operation.operation,
      "shoal.caller": caller,
    },
    resource: {
      "service.version": "2026.11.21-2",
      "deployment.environment.name": "local",
      "telemetry.sdk.language": "nodejs",
    },
    events: failed ? [exceptionAt(startMs + own * 0.9)] : [],
    links: [],
    scope: "shoal",
  };
  draft.spans.splice(at, 0, span);
  if (random.chance(0.3)) draft.spans.push(internalSpan(random, span));
  draft.lines.push(
    makeLine(random, { service: service.name, instance, timeMs: startMs + own * 0.5, traceId, spanId, failed }),
  );
  draft.exchanges.push(
    makeExchange(random, { span, operation, path, peer: caller, side: "server", external: false, run: draft.run }),
  );
  return { durationMs: span.durationMs, failed };
}

interface Called {
  readonly caller: string;
  readonly instance: string;
  readonly parentSpanId: string;
  readonly startMs: number;
  readonly callee: string;
  readonly external: boolean;
}

function callSpan(draft: Draft, called: Called): { durationMs: number; failed: boolean } {
  const { random, traceId } = draft;
  const { callee, external, startMs } = called;
  const spanId = random.hex(16);
  const at = draft.spans.length;
  const service = draft.fleet.find(callee);
  const inner = service
    ? serveSpan(draft, { service, caller: called.caller, parentSpanId: spanId, startMs: startMs + 0.4 })
    : { durationMs: random.skewed(90), failed: random.chance(0.03) };
  const served = draft.spans[at];
  const operation = String(served?.attributes["shoal.operation"] ?? "POST");
  const span: SpanView = {
    traceId,
    spanId,
    parentSpanId: called.parentSpanId,
    service: called.caller,
    instance: called.instance,
    name: external ? `POST ${callee}` : `${callee}.${operation}`,
    kind: "client",
    startMs,
    durationMs: inner.durationMs + 0.9,
    status: inner.failed ? "error" : "unset",
    statusMessage: "",
    attributes: {
      "http.request.method": String(served?.attributes["http.request.method"] ?? "POST"),
      "url.full": external
        ? `https://${callee}/v1/things?key=REDACTED`
        : `http://127.0.0.1:23456${String(served?.attributes["url.path"])}`,
      "server.address": external ? callee : "127.0.0.1",
      "http.response.status_code": inner.failed ? 503 : 200,
      ...(external ? {} : { "shoal.callee": callee, "shoal.operation": operation }),
    },
    resource: { "service.version": "2026.11.21-2", "deployment.environment.name": "local" },
    events: [],
    links: [],
    scope: "shoal",
  };
  draft.spans.splice(at, 0, span);
  const route = { operation, method: String(span.attributes["http.request.method"]), path: "", summary: "" };
  draft.exchanges.push(
    makeExchange(random, {
      span,
      operation: route,
      path: String(span.attributes["url.full"]),
      peer: callee,
      side: "client",
      external,
      run: draft.run,
    }),
  );
  return { durationMs: span.durationMs, failed: inner.failed };
}

function internalSpan(random: Random, parent: SpanView): SpanView {
  return {
    ...parent,
    spanId: random.hex(16),
    parentSpanId: parent.spanId,
    name: random.pick(["SELECT things", "render", "check the cache", "parse"]),
    kind: "internal",
    startMs: parent.startMs + parent.durationMs * 0.1,
    durationMs: parent.durationMs * 0.15,
    status: "unset",
    statusMessage: "",
    attributes: { "db.system.name": "sqlite", "db.query.text": "SELECT * FROM things WHERE id = ?" },
    events: [],
  };
}

function exceptionAt(timeMs: number): SpanView["events"][number] {
  const stack =
    "Error: connection reset\n    at Socket.read (file:///app/services/store.ts:41:13)\n    at process.processTicksAndRejections";
  const attributes = {
    "exception.type": "Error",
    "exception.message": "connection reset",
    "exception.stacktrace": stack,
  };
  return { name: "exception", timeMs, attributes };
}
