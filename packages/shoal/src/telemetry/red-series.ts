import type { Clock } from "../core/clock.ts";
import { isName } from "../core/names.ts";
import { checkInteger, withDefaults } from "../core/options.ts";
import { createHistogram, type Histogram, recordDuration } from "./histogram.ts";
import type { Called, Meter } from "./meter.ts";

export interface RedSeriesOptions {
  /** Most series kept, 10 to 100 000. What does not fit is counted together, by hundred of its status. Default 1 000. */
  readonly seriesMax: number;
}

/** 1 000 series are 50 operations with 4 statuses and 5 callers each, and 150 kB of memory. */
export const RED_SERIES_DEFAULTS: RedSeriesOptions = Object.freeze({ seriesMax: 1_000 });

/** Requests alike in all but their duration, counted since `startMs`. */
export interface RedSeries {
  /** "server": requests served; "client": calls made. */
  readonly side: "server" | "client";
  readonly operation: string;
  /** The HTTP status, 0 without one; in an overflow series rounded down to its hundred. */
  readonly status: number;
  /** Server: the caller, "" when it did not say who it is. Client: who was called. "other" when it is no name. */
  readonly peer: string;
  /** True for calls to the world outside; `peer` is then a host. */
  readonly external: boolean;
  /** True for a series of requests whose own series did not fit. */
  readonly overflow: boolean;
  /** Unix ms of the first request counted. */
  readonly startMs: number;
  readonly histogram: Readonly<Histogram>;
}

export interface RedSnapshot {
  /** At most `seriesMax` of each side. Copies: they do not change later. */
  readonly series: readonly RedSeries[];
  /** Requests counted since the start, for a cheap "has anything changed". */
  readonly requests: number;
  /** Requests counted in an overflow series. */
  readonly overflowed: number;
}

/** Rate, errors and duration of what a process serves and of what it calls. */
export interface RedRecorder extends Meter {
  readonly called: (call: Called) => void;
  readonly snapshot: () => RedSnapshot;
  /** Requests counted so far. */
  readonly requests: () => number;
  /** Runs a task once, as the next request is counted. There is one at a time; undefined takes it back. */
  readonly onNext: (task: (() => void) | undefined) => void;
}

/** Counts requests in a bounded number of series. Throws OPTION_INVALID. */
export function createRedRecorder(clock: Pick<Clock, "wallMs">, given?: Partial<RedSeriesOptions>): RedRecorder {
  const { seriesMax } = withDefaults(RED_SERIES_DEFAULTS, given);
  checkInteger("seriesMax", seriesMax, 10, 100_000);
  const server = createSide("server", clock, seriesMax);
  const client = createSide("client", clock, seriesMax);
  let requests = 0;
  let next: (() => void) | undefined;
  const count = () => {
    requests += 1;
    if (next === undefined) return;
    const task = next;
    next = undefined;
    task();
  };
  return {
    served({ operation, status, caller, durationMs }) {
      count();
      recordDuration(server.histogramOf(operation, status, caller, false), durationMs);
    },
    called({ operation, status, callee, external, durationMs }) {
      count();
      recordDuration(client.histogramOf(operation, status, callee, external), durationMs);
    },
    requests: () => requests,
    onNext(task) {
      next = task;
    },
    snapshot: () => ({
      series: [...server.series(), ...client.series()],
      requests,
      overflowed: server.overflowed() + client.overflowed(),
    }),
  };
}

/** One overflow series for each hundred of statuses, and one for what is no status. */
const OVERFLOW_SERIES = 6;
const OPERATION_CHARS_MAX = 128;
const OTHER = "other";

function createSide(side: RedSeries["side"], clock: Pick<Clock, "wallMs">, seriesMax: number) {
  const series = new Map<string, RedSeries>();
  const overflow = new Map<number, RedSeries>();
  let overflowed = 0;
  /** Requests come in runs of alike ones: to compare four values costs less than to make a key of them. */
  let last: RedSeries | undefined;
  const isLast = (operation: string, status: number, peer: string, external: boolean) =>
    last?.operation === operation && last.status === status && last.peer === peer && last.external === external;
  const addTo = <Key>(map: Map<Key, RedSeries>, key: Key, what: Omit<RedSeries, "side" | "startMs" | "histogram">) => {
    const histogram = createHistogram();
    map.set(key, { side, ...what, startMs: clock.wallMs(), histogram });
    return histogram;
  };
  return {
    histogramOf(operation: string, status: number, peer: string, external: boolean): Histogram {
      if (last && isLast(operation, status, peer, external)) return last.histogram as Histogram;
      const known = series.get(keyOf(operation, status, peer, external));
      if (known) {
        last = known;
        return known.histogram as Histogram;
      }
      // Only a request unlike any before gets here. Its caller is a header, so anything at all.
      const clean = cleaned(operation, status, peer, external);
      const key = keyOf(clean.operation, clean.status, clean.peer, external);
      const same = series.get(key);
      if (same) return same.histogram as Histogram;
      if (series.size < seriesMax - OVERFLOW_SERIES) return addTo(series, key, clean);
      overflowed += 1;
      const hundred = Math.floor(clean.status / 100) * 100;
      const rest = overflow.get(hundred);
      if (rest) return rest.histogram as Histogram;
      const all = { operation: OTHER, peer: OTHER, external: false, status: hundred, overflow: true };
      return addTo(overflow, hundred, all);
    },
    overflowed: () => overflowed,
    series: () => [...series.values(), ...overflow.values()].map(copyOf),
  };
}

function keyOf(operation: string, status: number, peer: string, external: boolean): string {
  return external ? `${status}\n${operation}\n${peer}\n` : `${status}\n${operation}\n${peer}`;
}

/** A host, with its port if it has one. */
const HOST = /^[\w.:[\]-]{1,255}$/;

function cleaned(operation: string, status: number, peer: string, external: boolean) {
  const isStatus = Number.isInteger(status) && status >= 100 && status <= 599;
  const isPeer = peer === "" || (external ? HOST.test(peer) : isName(peer));
  return {
    operation: operation.slice(0, OPERATION_CHARS_MAX),
    status: isStatus ? status : 0,
    peer: isPeer ? peer : OTHER,
    external,
    overflow: false,
  };
}

function copyOf(series: RedSeries): RedSeries {
  return { ...series, histogram: { ...series.histogram, counts: [...series.histogram.counts] } };
}
