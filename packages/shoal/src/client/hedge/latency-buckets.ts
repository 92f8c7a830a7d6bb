/** Latencies are told apart from 1 ms to 2 s; what is beyond counts as the bound (Finagle's BackupRequestFilter). */
const LATENCY_MS_MIN = 1;
const LATENCY_MS_MAX = 2_000;

/** Each bucket ends this much above the one before: no percentile is off by more. */
const GROWTH = 1.04;
const LOG_GROWTH = Math.log(GROWTH);

export const LATENCY_BUCKETS: number = bucketOfLatency(LATENCY_MS_MAX) + 1;

/** The bucket of a latency, from 0. A negative one or NaN, which only a broken clock makes, counts as 1 ms. */
export function bucketOfLatency(latencyMs: number): number {
  const boundedMs = latencyMs > LATENCY_MS_MIN ? Math.min(latencyMs, LATENCY_MS_MAX) : LATENCY_MS_MIN;
  return Math.ceil(Math.log(boundedMs) / LOG_GROWTH - 1e-9);
}

/** The longest latency of a bucket, in ms. */
export function latencyMsOf(bucket: number): number {
  return Math.min(GROWTH ** bucket, LATENCY_MS_MAX);
}
