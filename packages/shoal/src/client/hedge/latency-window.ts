import { bucketOfLatency, LATENCY_BUCKETS, latencyMsOf } from "./latency-buckets.ts";

/** The latencies of the last while, for percentiles of them. */
export interface LatencyWindow {
  readonly add: (latencyMs: number, nowMs: number) => void;
  /**
   * The time, in ms, that a share of them stays within; undefined when there was none. Computed anew when it is 3 s old.
   * @param share 0 to 1.
   */
  readonly percentileMs: (share: number, nowMs: number) => number | undefined;
}

/** Three slices of 10 s, and a percentile that is looked up every 3 s (Finagle's BackupRequestFilter). */
const SLICES = 3;
const SLICE_MS = 10_000;
const REFRESH_MS = 3_000;

interface Computed {
  readonly share: number;
  readonly atMs: number;
  readonly ms: number | undefined;
}

/** Slices leave by the clock and not by events, each as a whole; 2.3 KiB, whatever the rate. */
export function createLatencyWindow(startMs: number): LatencyWindow {
  const slices = Array.from({ length: SLICES }, () => new Uint32Array(LATENCY_BUCKETS));
  let current = Math.floor(startMs / SLICE_MS);
  let computed: Computed = { share: Number.NaN, atMs: startMs, ms: undefined };

  const sliceOf = (slice: number) => slices[((slice % SLICES) + SLICES) % SLICES] as Uint32Array;
  const moveTo = (nowMs: number) => {
    const slice = Math.floor(nowMs / SLICE_MS);
    const steps = Math.min(slice - current, SLICES);
    for (let step = 1; step <= steps; step += 1) sliceOf(current + step).fill(0);
    if (slice > current) current = slice;
  };

  return {
    add(latencyMs, nowMs) {
      moveTo(nowMs);
      const slice = sliceOf(current);
      const bucket = bucketOfLatency(latencyMs);
      slice[bucket] = (slice[bucket] ?? 0) + 1;
    },
    percentileMs(share, nowMs) {
      if (computed.share === share && nowMs - computed.atMs < REFRESH_MS) return computed.ms;
      moveTo(nowMs);
      computed = { share, atMs: nowMs, ms: percentileMs(slices, share) };
      return computed.ms;
    },
  };
}

function percentileMs(slices: readonly Uint32Array[], share: number): number | undefined {
  const counts = Array.from({ length: LATENCY_BUCKETS }, (_, bucket) =>
    slices.reduce((sum, slice) => sum + (slice[bucket] ?? 0), 0),
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const rank = Math.max(1, Math.ceil(share * total));
  let below = 0;
  const bucket = counts.findIndex((count) => {
    below += count;
    return below >= rank;
  });
  return latencyMsOf(bucket);
}
