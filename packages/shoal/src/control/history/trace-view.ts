import type { DatabaseSync } from "node:sqlite";
import type { Trace } from "../api/schemas/traces.ts";
import type { ExchangeSearch } from "./exchange-search.ts";
import { idBytes, idText } from "./ids.ts";
import type { LogSearch } from "./log-read.ts";
import { SPAN_KINDS, SPAN_STATUSES, type SpanDetail } from "./span-columns.ts";
import { attributesOf, type ShownAttributes } from "./span-rows.ts";
import type { Row } from "./sql.ts";
import type { Runs } from "./window.ts";
import type { WordReader } from "./words.ts";

type SpanShown = Trace["spans"][number];

interface TraceViewParts {
  readonly database: DatabaseSync;
  readonly words: WordReader;
  readonly runs: Runs;
  readonly logs: LogSearch;
  readonly exchanges: ExchangeSearch;
}

const SPANS_MAX = 10_000;
const LOGS_MAX = 1_000;
const EXCHANGES_MAX = 1_000;
/** A shorter beginning of an id is not enough to mean one. */
const PREFIX_DIGITS_MIN = 8;

/** Reads a trace with all that belongs to it. */
export function createTraceView(parts: TraceViewParts): (idPrefix: string) => Trace | undefined {
  const { database, words, runs, logs, exchanges } = parts;
  const find = database.prepare("SELECT * FROM traces WHERE trace_id BETWEEN ? AND ? ORDER BY trace_id LIMIT 2");
  const spansOf = database.prepare("SELECT * FROM spans WHERE trace = ? ORDER BY start_ms, span LIMIT ?");
  return (idPrefix) => {
    if (!/^[0-9a-f]{8,32}$/.test(idPrefix) || idPrefix.length < PREFIX_DIGITS_MIN) return undefined;
    const [row, another] = find.all(idBytes(idPrefix.padEnd(32, "0")), idBytes(idPrefix.padEnd(32, "f")));
    if (row === undefined || another !== undefined) return undefined;
    const id = row["trace_id"] as Uint8Array;
    const traceId = idText(id);
    const rows = spansOf.all(Number(row["number"]), SPANS_MAX);
    const resourceOf = createResourceReader(words);
    return {
      traceId,
      run: runs.idOf(row["run"]),
      spans: rows.map((span) => spanShown(span, traceId, words, resourceOf)),
      truncated: Number(row["spans"]) > rows.length,
      logs: logs.ofTrace(id, LOGS_MAX),
      exchanges: exchanges.ofTrace(id, EXCHANGES_MAX),
    };
  };
}

/** Most spans of a trace share a few resources. */
function createResourceReader(words: WordReader): (word: unknown) => ShownAttributes {
  const known = new Map<unknown, ShownAttributes>();
  return (word) => {
    const resource = known.get(word) ?? (JSON.parse(words.textOf(word) || "{}") as ShownAttributes);
    known.set(word, resource);
    return resource;
  };
}

function spanShown(
  row: Row,
  traceId: string,
  { textOf }: WordReader,
  resourceOf: (word: unknown) => ShownAttributes,
): SpanShown {
  const detail = (row["detail"] === null ? {} : JSON.parse(String(row["detail"]))) as SpanDetail;
  return {
    traceId,
    spanId: idText(row["span"]),
    parentSpanId: idText(row["parent"]),
    service: textOf(row["service"]),
    instance: textOf(row["instance"]),
    name: textOf(row["name"]),
    kind: SPAN_KINDS[Number(row["kind"])] ?? "internal",
    startMs: Number(row["start_ms"]),
    durationMs: Number(row["duration_ms"]),
    status: SPAN_STATUSES[Number(row["status"])] ?? "unset",
    statusMessage: detail.statusMessage ?? "",
    attributes: attributesOf(String(row["attributes"]), textOf),
    resource: resourceOf(row["resource"]),
    events: (detail.events ?? []) as SpanShown["events"],
    links: (detail.links ?? []) as SpanShown["links"],
    scope: textOf(row["scope"]),
  };
}
