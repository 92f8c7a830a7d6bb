import { DURATION_BOUNDS_S } from "../../telemetry/histogram.ts";
import type { RunDifference } from "../api/schemas/runs.ts";
import { quantileMs } from "./series-read.ts";

/** Requests of one operation in one run. */
export interface RunSide {
  readonly count: number;
  readonly errors: number;
  /** By DURATION_BOUNDS_S. */
  readonly counts: readonly number[];
}

type Verdict = RunDifference["verdict"];

/** Fewer requests than this in either run say nothing about how long one takes. */
const COUNT_MIN = 20;
/** Two-sided; 1 in 1 000, because a run has many operations and each is a chance to be wrong. */
const Z_MIN = 3.29;
/** A change of the share of errors below this is nobody's concern. */
const ERROR_RATIO_MIN = 0.005;
/** A duration has to change by this factor, and by this many ms. */
const SLOWER_FACTOR = 1.25;
const SLOWER_MS = 1;

/**
 * What became of an operation. Errors are compared by a test of two proportions, durations by a rank test of the
 * histograms (Mann-Whitney with ties) together with how far the median or the 99th percentile moved: many requests make
 * any small difference certain, which does not make it worth a word. Pure.
 */
export function verdictOf(before: RunSide | undefined, after: RunSide | undefined): Verdict {
  if (before === undefined || before.count === 0) return after === undefined || after.count === 0 ? "same" : "new";
  if (after === undefined || after.count === 0) return "gone";
  const errors = proportionZ(before, after);
  const moved = after.errors / after.count - before.errors / before.count;
  if (errors >= Z_MIN && moved >= ERROR_RATIO_MIN) return "fails";
  if (errors <= -Z_MIN && -moved >= ERROR_RATIO_MIN) return "mended";
  if (Math.min(total(before), total(after)) < COUNT_MIN) return "same";
  const ranks = rankZ(before.counts, after.counts);
  if (ranks >= Z_MIN && isSlower(before, after, 0.5)) return "slower";
  if (ranks <= -Z_MIN && isSlower(after, before, 0.5)) return "faster";
  return tailVerdict(before, after);
}

/** A tail may grow while most requests stay as they were: the share beyond the other run's 99th percentile tells. */
function tailVerdict(before: RunSide, after: RunSide): Verdict {
  if (isSlower(before, after, 0.99) && tailZ(before, after) >= Z_MIN) return "slower";
  if (isSlower(after, before, 0.99) && tailZ(after, before) >= Z_MIN) return "faster";
  return "same";
}

function total({ counts }: RunSide): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function isSlower(before: RunSide, after: RunSide, share: number): boolean {
  const [from, to] = [quantileMs(before.counts, share), quantileMs(after.counts, share)];
  return from !== null && to !== null && to >= from * SLOWER_FACTOR && to - from >= SLOWER_MS;
}

/** How many standard errors the share of errors has grown; pooled. */
function proportionZ(before: RunSide, after: RunSide): number {
  const pooled = (before.errors + after.errors) / (before.count + after.count);
  const variance = pooled * (1 - pooled) * (1 / before.count + 1 / after.count);
  return variance === 0 ? 0 : (after.errors / after.count - before.errors / before.count) / Math.sqrt(variance);
}

/** The share of requests in buckets above the one of `before`'s 99th percentile, compared. */
function tailZ(before: RunSide, after: RunSide): number {
  const p99Ms = quantileMs(before.counts, 0.99) ?? 0;
  const above = (side: RunSide) =>
    side.counts.reduce(
      (sum, count, bucket) =>
        sum + ((DURATION_BOUNDS_S[bucket] ?? Number.POSITIVE_INFINITY) * 1_000 > p99Ms * 1.001 ? count : 0),
      0,
    );
  const tailOf = (side: RunSide) => ({ count: total(side), errors: above(side), counts: [] });
  return proportionZ(tailOf(before), tailOf(after));
}

/**
 * Mann-Whitney's U of two histograms with the same bounds as a standard normal value, corrected for ties: positive when
 * the second tends to lie higher.
 */
function rankZ(before: readonly number[], after: readonly number[]): number {
  const length = Math.max(before.length, after.length);
  let [below, wins, ties] = [0, 0, 0];
  for (let bucket = 0; bucket < length; bucket += 1) {
    const [left, right] = [before[bucket] ?? 0, after[bucket] ?? 0];
    wins += right * (below + left / 2);
    below += left;
    ties += (left + right) ** 3 - (left + right);
  }
  const [m, n] = [below, after.reduce((sum, count) => sum + count, 0)];
  const all = m + n;
  const variance = ((m * n) / 12) * (all + 1 - ties / (all * (all - 1)));
  return variance > 0 ? (wins - (m * n) / 2) / Math.sqrt(variance) : 0;
}
