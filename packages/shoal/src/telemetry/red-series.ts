import type { Clock } from "../core/clock.ts";
import { isName } from "../core/names.ts";
import { checkInteger, withDefaults } from "../core/options.ts";
import { createHistogram, type Histogram, recordDuration } from "./histogram.ts";
import type { Meter, Served } from "./meter.ts";

export interface RedSeriesOptions {
  /** Most series kept, 10 to 100 000. What does not fit is counted together, by hundred of its status. Default 1 000. */
  readonly seriesMax: number;
}

/** 1 000 series are 50 operations with 4 statuses and 5 callers each, and 150 kB of memory. */
export const RED_SERIES_DEFAULTS: RedSeriesOptions = Object.freeze({ seriesMax: 1_000 });

/** Requests alike in operation, status and caller, counted since `startMs`. */
export interface RedSeries {
  readonly operation: string;
  /** The HTTP status; in an overflow series rounded down to its hundred. */
  readonly status: number;
  /** "" when the caller did not say who it is, "other" when what it said is no name. */
  readonly caller: string;
  /** True for a series of requests whose own series did not fit. */
  readonly overflow: boolean;
  /** Unix ms of the first request counted. */
  readonly startMs: number;
  readonly histogram: Readonly<Histogram>;
}

export interface RedSnapshot {
  /** At most `seriesMax`. Copies: they do not change later. */
  readonly series: readonly RedSeries[];
  /** Requests counted since the start, for a cheap "has anything changed". */
  readonly requests: number;
  /** Requests counted in an overflow series. */
  readonly overflowed: number;
}

/** Rate, errors and duration of what a process serves. */
export interface RedRecorder extends Meter {
  readonly snapshot: () => RedSnapshot;
  /** Requests counted so far. */
  readonly requests: () => number;
}

/** One overflow series for each hundred of statuses, and one for what is no status. */
const OVERFLOW_SERIES = 6;
const OPERATION_CHARS_MAX = 128;
const OTHER = "other";

/** Counts requests in a bounded number of series. Throws OPTION_INVALID. */
export function createRedRecorder(clock: Pick<Clock, "wallMs">, given?: Partial<RedSeriesOptions>): RedRecorder {
  const { seriesMax } = withDefaults(RED_SERIES_DEFAULTS, given);
  checkInteger("seriesMax", seriesMax, 10, 100_000);
  const series = new Map<string, RedSeries>();
  const overflow = new Map<number, RedSeries>();
  let requests = 0;
  let overflowed = 0;

  const histogramOf = (request: Served): Histogram => {
    const known = series.get(keyOf(request));
    if (known) return known.histogram as Histogram;
    // Only a request unlike any before gets here. Its caller is a header, so anything at all.
    const clean = cleaned(request);
    const key = keyOf(clean);
    const same = series.get(key);
    if (same) return same.histogram as Histogram;
    if (series.size < seriesMax - OVERFLOW_SERIES) return addTo(series, key, clean);
    overflowed += 1;
    const hundred = Math.floor(clean.status / 100) * 100;
    const rest = overflow.get(hundred);
    if (rest) return rest.histogram as Histogram;
    return addTo(overflow, hundred, { operation: OTHER, caller: OTHER, status: hundred, overflow: true });
  };
  const addTo = <Key>(map: Map<Key, RedSeries>, key: Key, what: Omit<RedSeries, "startMs" | "histogram">) => {
    const histogram = createHistogram();
    map.set(key, { ...what, startMs: clock.wallMs(), histogram });
    return histogram;
  };

  return {
    served(request) {
      requests += 1;
      recordDuration(histogramOf(request), request.durationMs);
    },
    requests: () => requests,
    snapshot: () => ({ series: [...series.values(), ...overflow.values()].map(copyOf), requests, overflowed }),
  };
}

function keyOf(request: { readonly operation: string; readonly status: number; readonly caller: string }): string {
  return `${request.status}\n${request.operation}\n${request.caller}`;
}

function cleaned({ operation, status, caller }: Served): Omit<RedSeries, "startMs" | "histogram"> {
  const isStatus = Number.isInteger(status) && status >= 100 && status <= 599;
  return {
    operation: operation.slice(0, OPERATION_CHARS_MAX),
    status: isStatus ? status : 0,
    caller: caller === "" || isName(caller) ? caller : OTHER,
    overflow: false,
  };
}

function copyOf(series: RedSeries): RedSeries {
  return { ...series, histogram: { ...series.histogram, counts: [...series.histogram.counts] } };
}
