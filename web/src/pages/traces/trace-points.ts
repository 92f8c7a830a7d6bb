import type { TraceSummary } from "../../api/types.ts";

/** Dots over time for the scatter: a column for each trace, in one of two rows. */
export interface TracePoints {
  /** Growing. */
  readonly traces: readonly TraceSummary[];
  readonly timesS: readonly number[];
  readonly okMs: readonly (number | null)[];
  readonly failedMs: readonly (number | null)[];
}

/** A logarithm has no zero. */
const DURATION_MS_MIN = 0.05;
/** Beyond, there is no date. */
const TIME_MS_MAX = 8.64e15;

export function tracePoints(traces: readonly TraceSummary[]): TracePoints {
  const sorted = traces
    .filter(({ startMs }) => Math.abs(startMs) <= TIME_MS_MAX)
    .sort((left, right) => left.startMs - right.startMs);
  const yOf = ({ durationMs }: TraceSummary) => Math.max(DURATION_MS_MIN, durationMs);
  return {
    traces: sorted,
    timesS: sorted.map(({ startMs }) => startMs / 1_000),
    okMs: sorted.map((trace) => (trace.errors === 0 ? yOf(trace) : null)),
    failedMs: sorted.map((trace) => (trace.errors > 0 ? yOf(trace) : null)),
  };
}

/** How long the full bar of a list is: nearly the longest, so that one outlier does not make all others vanish. */
export function fullDurationMs(traces: readonly TraceSummary[]): number {
  const sorted = traces.map(({ durationMs }) => durationMs).sort((left, right) => left - right);
  return Math.max(0.001, sorted[Math.floor((sorted.length - 1) * 0.95)] ?? 1);
}

/** Powers of ten around the durations, at least one apart. */
export function durationBounds(min: number | null, max: number | null): [number, number] {
  const low = 10 ** Math.floor(Math.log10(min && min > 0 ? min : 1));
  const high = 10 ** Math.ceil(Math.log10(max && max > 0 ? max : 10));
  return high > low ? [low, high] : [low, low * 10];
}
