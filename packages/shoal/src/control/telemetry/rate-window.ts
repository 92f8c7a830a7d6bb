import { bucketOf, DURATION_BOUNDS_S, quantileS } from "../../telemetry/histogram.ts";

/** What a service did in the last seconds. */
export interface Rates {
  readonly requestsPerSecond: number;
  /** 0 to 1; 0 without requests. */
  readonly errorRatio: number;
  /** null without requests. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export const NO_RATES: Rates = Object.freeze({ requestsPerSecond: 0, errorRatio: 0, p50Ms: null, p99Ms: null });

/** Requests counted by duration, with any bounds. */
export interface Counted {
  readonly count: number;
  /** One more than `boundsS`, or none. */
  readonly counts: readonly number[];
  readonly boundsS: readonly number[];
}

/** What was counted in each of the last seconds: a ring of one slot a second. */
export interface RateWindow {
  /** Counts in the second `nowS`. */
  readonly add: (counted: Counted, isError: boolean, nowS: number) => void;
  /** Adds the whole seconds before `nowS` up. The running one is left out: it would make every rate too low. */
  readonly addTo: (totals: Totals, nowS: number) => void;
}

export interface Totals {
  count: number;
  errors: number;
  readonly counts: number[];
}

interface Slot extends Totals {
  readonly second: number;
}

export function createTotals(): Totals {
  return { count: 0, errors: 0, counts: new Array<number>(DURATION_BOUNDS_S.length + 1).fill(0) };
}

export function createRateWindow(windowS: number): RateWindow {
  const slots: (Slot | undefined)[] = new Array(windowS + 1).fill(undefined);
  return {
    add(counted, isError, nowS) {
      const at = nowS % slots.length;
      const before = slots[at];
      const slot = before?.second === nowS ? before : { ...createTotals(), second: nowS };
      slots[at] = slot;
      slot.count += counted.count;
      if (isError) slot.errors += counted.count;
      addBuckets(slot.counts, counted);
    },
    addTo(totals, nowS) {
      for (const slot of slots) {
        if (!slot || slot.second >= nowS || slot.second < nowS - windowS) continue;
        totals.count += slot.count;
        totals.errors += slot.errors;
        for (const [bucket, count] of slot.counts.entries())
          totals.counts[bucket] = (totals.counts[bucket] ?? 0) + count;
      }
    },
  };
}

/** A bucket with a bound that we do not have goes where its upper bound belongs. */
function addBuckets(into: number[], { counts, boundsS }: Counted): void {
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue;
    const bound = boundsS[index];
    const bucket = bound === undefined ? into.length - 1 : bucketOf(bound);
    into[bucket] = (into[bucket] ?? 0) + count;
  }
}

/** @param seconds How long it took to count them, > 0. */
export function ratesOfTotals(totals: Totals, seconds: number): Rates {
  if (totals.count <= 0) return NO_RATES;
  const inMs = (share: number) => {
    const quantile = quantileS(totals.counts, share);
    return quantile === undefined ? null : quantile * 1_000;
  };
  return {
    requestsPerSecond: totals.count / seconds,
    errorRatio: Math.min(1, totals.errors / totals.count),
    p50Ms: inMs(0.5),
    p99Ms: inMs(0.99),
  };
}
