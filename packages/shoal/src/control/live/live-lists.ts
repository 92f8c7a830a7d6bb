import type { LiveTopic } from "../api/live-events.ts";
import type { ExchangeSummary } from "../api/schemas/exchanges.ts";
import type { LogEntry } from "../api/schemas/logs.ts";
import type { TraceSummary } from "../api/schemas/traces.ts";
import type { Appended } from "../history/history.ts";
import { eventOf } from "./event-frame.ts";
import type { LiveFilters } from "./live-filters.ts";
import type { LiveReader } from "./live-reader.ts";

/** Rows of one event; the newest are shown, the rest are counted. */
const ROWS_MAX = Object.freeze({ traces: 100, logs: 2_000, exchanges: 200 });
/** Rows gathered between two events; further ones are counted. */
const GATHERED_MAX = 20_000;

type ListTopic = keyof typeof ROWS_MAX;
const LIST_TOPICS = Object.keys(ROWS_MAX) as ListTopic[];

/** A reader, what it wants, and how much of each list it was not shown since the last event that it got. */
export interface ListReader {
  readonly reader: LiveReader;
  readonly topics: ReadonlySet<LiveTopic>;
  readonly filters: LiveFilters;
  readonly dropped: Record<ListTopic, number>;
}

/** A row that is made into JSON when the first reader wants it. */
interface Gathered<Row> {
  readonly row: Row;
  json: string | undefined;
}

/** What was written lately, for those who watch. */
export interface LiveLists {
  readonly add: (appended: Appended) => void;
  /** Sends each reader what it wants of it. */
  readonly flush: (readers: Iterable<ListReader>) => void;
  /** True when there is something to send. */
  readonly hasNews: () => boolean;
  readonly clear: () => void;
}

export function createLiveLists(): LiveLists {
  const traces = new Map<string, Gathered<TraceSummary>>();
  let logs: Gathered<LogEntry>[] = [];
  let exchanges: Gathered<ExchangeSummary>[] = [];
  let lost = { traces: 0, logs: 0, exchanges: 0 };

  const clear = () => {
    traces.clear();
    logs = [];
    exchanges = [];
    lost = { traces: 0, logs: 0, exchanges: 0 };
  };
  const gather = <Row>(list: Gathered<Row>[], rows: readonly Row[]): number => {
    const room = GATHERED_MAX - list.length;
    for (const row of rows.slice(0, room)) list.push({ row, json: undefined });
    return Math.max(0, rows.length - room);
  };
  return {
    add(appended) {
      for (const trace of appended.traces) {
        if (!traces.has(trace.traceId) && traces.size >= GATHERED_MAX) lost.traces += 1;
        else traces.set(trace.traceId, { row: trace, json: undefined });
      }
      lost.logs += gather(logs, appended.logs);
      lost.exchanges += gather(exchanges, appended.exchanges);
    },
    hasNews: () => traces.size + logs.length + exchanges.length > 0,
    flush(readers) {
      const rows = { traces: [...traces.values()], logs, exchanges };
      for (const one of readers) {
        for (const topic of LIST_TOPICS) {
          if (!one.topics.has(topic)) continue;
          one.dropped[topic] += lost[topic];
          send(one, topic, rows[topic]);
        }
      }
      clear();
    },
    clear,
  };
}

function send(to: ListReader, topic: ListTopic, rows: readonly Gathered<unknown>[]): void {
  const isWanted = to.filters[topic] as (row: unknown) => boolean;
  const wanted = rows.filter(({ row }) => isWanted(row));
  if (wanted.length === 0 && to.dropped[topic] === 0) return;
  const shown = wanted.slice(-ROWS_MAX[topic]);
  const dropped = to.dropped[topic] + wanted.length - shown.length;
  const name = topic === "logs" ? "lines" : topic;
  const frame = eventOf(topic, `{"${name}":[${shown.map(jsonOf).join(",")}],"dropped":${dropped}}`);
  to.dropped[topic] = to.reader.offer(frame) ? 0 : dropped + shown.length;
}

function jsonOf(gathered: Gathered<unknown>): string {
  gathered.json ??= JSON.stringify(gathered.row);
  return gathered.json;
}
