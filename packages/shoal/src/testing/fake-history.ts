import type { ExchangeDetail, ExchangeSummary } from "../control/api/schemas/exchanges.ts";
import type { LogEntry } from "../control/api/schemas/logs.ts";
import type { Trace, TraceSummary } from "../control/api/schemas/traces.ts";
import type {
  Appended,
  ExchangeQuery,
  History,
  HistoryStatus,
  IntakeBody,
  IntakeResult,
  LogEntryQuery,
  RedRow,
} from "../control/history/history.ts";
import { shoalError } from "../core/errors.ts";

/** A history in memory, without worker, disk or decoding. */
export interface FakeHistory extends History {
  /** Set to fail everything, as a full disk or a full queue does. */
  fails: "HISTORY_BUSY" | "HISTORY_UNAVAILABLE" | undefined;
  /** What the next `ingest` answers. Default: one record accepted. */
  result: IntakeResult;
  /** Bodies that came. */
  readonly bodies: readonly IntakeBody[];
  readonly red: readonly RedRow[];
  readonly traces: Trace[];
  readonly problems: Map<string, number>;
  /** Tells those who watch. */
  readonly tell: (appended: Partial<Appended>) => void;
  /** How many watch. */
  readonly listeners: () => number;
}

const RESULT: IntakeResult = Object.freeze({ accepted: 1, rejected: 0, reason: "", durations: [] });

/** A history that keeps lines and exchanges in lists and answers what a test puts in. */
export function createFakeHistory(): FakeHistory {
  const lines: LogEntry[] = [];
  const exchanges: ExchangeDetail[] = [];
  const bodies: IntakeBody[] = [];
  const red: RedRow[] = [];
  const listeners = new Set<(appended: Appended) => void>();
  const tell = (appended: Partial<Appended>) => {
    for (const listener of listeners) listener({ traces: [], logs: [], exchanges: [], ...appended });
  };
  /** Every answer, after it was seen that the disk works. */
  const works = async <Value>(answer: () => Value): Promise<Value> => {
    if (fake.fails) throw shoalError(fake.fails, { message: "the test has it so" });
    return answer();
  };
  const fake: FakeHistory = {
    fails: undefined,
    result: RESULT,
    bodies,
    red,
    traces: [],
    problems: new Map(),
    tell,
    listeners: () => listeners.size,
    ingest: (body) =>
      works(() => {
        bodies.push(body);
        return fake.result;
      }),
    appendLines: (added) =>
      works(() => {
        const entries = added.map((line, index) => ({
          ...line,
          ...PLAIN,
          message: line.text,
          seq: lines.length + index + 1,
        }));
        lines.push(...entries);
        tell({ logs: entries });
      }),
    appendRed: (rows) => works(() => void red.push(...rows)),
    appendExchanges: (added) =>
      works(() => {
        exchanges.push(...added);
        tell({ exchanges: added.map(summaryOf) });
      }),
    listTraces: ({ limit }) =>
      works(() => ({ traces: fake.traces.map(traceSummary).reverse().slice(0, limit), next: null })),
    getTrace: (prefix) => works(() => fake.traces.find(({ traceId }) => traceId.startsWith(prefix))),
    listLogs: (query) =>
      works(() => {
        const found = lines.filter((line) => isWanted(line, query));
        const page = query.after === undefined ? found.slice(-query.limit) : found.slice(0, query.limit);
        return { lines: page, lastSeq: lines.at(-1)?.seq ?? 0 };
      }),
    listExchanges: (query) =>
      works(() => ({
        exchanges: exchanges
          .filter((one) => isAsked(one, query))
          .map(summaryOf)
          .reverse()
          .slice(0, query.limit),
        next: null,
      })),
    getExchange: (id) => works(() => exchanges.find((one) => one.id === id)),
    series: () => works(() => ({ stepMs: 5_000, red: [], gauges: [] })),
    names: () => works(() => ({ services: ["quotes"], operations: [], attributes: [] })),
    problemsSince: () => works(() => fake.problems),
    listRuns: () => works(() => [RUN]),
    compareRuns: (before, after) =>
      works(() =>
        before === "run-1" && after === "run-1" ? { before: RUN, after: RUN, operations: [], logs: [] } : undefined,
      ),
    status: () => ({ ...STATUS, logs: lines.length, exchanges: exchanges.length }),
    onAppended(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => {},
  };
  return fake;
}

const PLAIN = { level: "info", traceId: "", spanId: "", fields: {} } as const;

const RUN = {
  id: "run-1",
  fleet: "tuition",
  startMs: 0,
  endMs: null,
  spans: 0,
  logs: 0,
  exchanges: 0,
  requests: 0,
  errors: 0,
};

const STATUS: HistoryStatus = Object.freeze({
  run: "run-1",
  spans: 0,
  logs: 0,
  exchanges: 0,
  bytes: 0,
  bytesMax: 1_000_000,
  oldestMs: null,
  pendingBytes: 0,
  dropped: { spans: 0, logs: 0, exchanges: 0 },
  warnings: [],
});

function isWanted(line: LogEntry, { service, instance, after, before, text }: LogEntryQuery): boolean {
  return (
    (service === undefined || line.service === service) &&
    (instance === undefined || line.instance === instance) &&
    (after === undefined || line.seq > after) &&
    (before === undefined || line.seq < before) &&
    (text === undefined || line.text.includes(text))
  );
}

function isAsked(exchange: ExchangeDetail, { service, trace }: ExchangeQuery): boolean {
  return (service === undefined || exchange.service === service) && (trace === undefined || exchange.traceId === trace);
}

function summaryOf({ request: _request, reply: _reply, attempts, ...rest }: ExchangeDetail): ExchangeSummary {
  return { ...rest, attempts: attempts.length };
}

function traceSummary({ traceId, run, spans }: Trace): TraceSummary {
  const [root] = spans;
  return {
    traceId,
    service: root?.service ?? "",
    name: root?.name ?? "",
    startMs: root?.startMs ?? 0,
    durationMs: root?.durationMs ?? 0,
    spans: spans.length,
    errors: 0,
    services: [],
    status: null,
    beginningMissing: false,
    run,
  };
}
