import type { ExchangeDetail, LogEntry, SpanView, Trace, TraceSummary } from "../../src/api/types.ts";
import { summaryOf } from "./make-exchange.ts";
import type { TraceRecords } from "./make-trace.ts";

/** How much is kept; the oldest goes first. */
const TRACES_MAX = 3_000;
const EXCHANGES_MAX = 8_000;
const LINES_MAX = 60_000;

/** What the synthetic fleet left behind; newest last. */
export class SyntheticHistory {
  readonly traces: { readonly summary: TraceSummary; readonly spans: readonly SpanView[] }[] = [];
  readonly exchanges: ExchangeDetail[] = [];
  readonly lines: LogEntry[] = [];
  readonly #run: string;
  #seq = 0;

  constructor(run: string) {
    this.#run = run;
  }

  /** What came since the last call of the same reader: it holds the positions. */
  readonly total = { traces: 0, exchanges: 0 };

  get seq(): number {
    return this.#seq;
  }

  add(records: TraceRecords): void {
    this.traces.push({ summary: traceSummary(records, this.#run), spans: records.spans });
    this.exchanges.push(...records.exchanges);
    this.total.traces += 1;
    this.total.exchanges += records.exchanges.length;
    for (const line of records.lines) this.addLine(line);
    cut(this.traces, TRACES_MAX);
    cut(this.exchanges, EXCHANGES_MAX);
  }

  addLine(line: Omit<LogEntry, "seq">): void {
    this.#seq += 1;
    this.lines.push({ seq: this.#seq, ...line });
    cut(this.lines, LINES_MAX);
  }

  trace(prefix: string): Trace | undefined {
    const found = this.traces.find(({ summary }) => summary.traceId.startsWith(prefix));
    if (!found) return undefined;
    const { traceId } = found.summary;
    return {
      traceId,
      run: this.#run,
      spans: [...found.spans].sort((left, right) => left.startMs - right.startMs),
      truncated: false,
      logs: this.lines.filter((line) => line.traceId === traceId),
      exchanges: this.exchanges.filter((one) => one.traceId === traceId).map(summaryOf),
    };
  }
}

/** In steps, so that a full list is not moved for each new item. */
function cut(list: unknown[], max: number): void {
  if (list.length > max * 1.2) list.splice(0, list.length - max);
}

function traceSummary({ traceId, spans }: TraceRecords, run: string): TraceSummary {
  const [root] = spans;
  if (!root) throw new Error("a trace has spans");
  const byService = Map.groupBy(spans, ({ service }) => service);
  const endMs = Math.max(...spans.map((span) => span.startMs + span.durationMs));
  const isError = ({ status }: SpanView) => status === "error";
  return {
    traceId,
    service: root.service,
    name: root.name,
    startMs: root.startMs,
    durationMs: endMs - root.startMs,
    spans: spans.length,
    errors: spans.filter(isError).length,
    services: [...byService]
      .map(([service, list]) => ({ service, spans: list.length, errors: list.filter(isError).length }))
      .sort((left, right) => right.spans - left.spans)
      .slice(0, 20),
    status: Number(root.attributes["http.response.status_code"]) || null,
    beginningMissing: false,
    run,
  };
}
