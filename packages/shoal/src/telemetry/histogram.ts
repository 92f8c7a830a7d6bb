/**
 * Upper bounds of the buckets, in seconds; a last bucket holds what is above. From 5 ms up they are the advice of
 * OpenTelemetry's HTTP conventions; services on one machine answer faster than that, so three are put before them.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpserverrequestduration
 */
export const DURATION_BOUNDS_S: readonly number[] = Object.freeze([
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
]);

/** Durations counted by bucket since it was made; one more bucket than bounds. */
export interface Histogram {
  readonly counts: number[];
  count: number;
  sumS: number;
}

export function createHistogram(): Histogram {
  return { counts: new Array<number>(DURATION_BOUNDS_S.length + 1).fill(0), count: 0, sumS: 0 };
}

/** Counts one duration. A negative one or NaN, which only a broken clock makes, counts as 0. */
export function recordDuration(histogram: Histogram, durationMs: number): void {
  const seconds = durationMs > 0 ? durationMs / 1_000 : 0;
  const bucket = bucketOf(seconds);
  histogram.counts[bucket] = (histogram.counts[bucket] ?? 0) + 1;
  histogram.count += 1;
  histogram.sumS += seconds;
}

/** The bucket of a duration: bounds are inclusive above, as in OpenMetrics and OTLP. */
export function bucketOf(seconds: number): number {
  let bucket = 0;
  while (bucket < DURATION_BOUNDS_S.length && seconds > (DURATION_BOUNDS_S[bucket] ?? 0)) bucket += 1;
  return bucket;
}

/**
 * The duration, in seconds, that a share of the counted ones stays within; undefined when none was counted.
 * Linear inside a bucket, and the highest bound for what lies above it: the rule of Prometheus' histogram_quantile.
 *
 * @param counts One for each bucket of DURATION_BOUNDS_S and one above.
 * @param share 0 to 1.
 */
export function quantileS(counts: readonly number[], share: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return undefined;
  const rank = Math.min(1, Math.max(0, share)) * total;
  let below = 0;
  for (const [bucket, upperS] of DURATION_BOUNDS_S.entries()) {
    const count = counts[bucket] ?? 0;
    if (count > 0 && below + count >= rank) {
      const lowerS = DURATION_BOUNDS_S[bucket - 1] ?? 0;
      return lowerS + (upperS - lowerS) * Math.max(0, (rank - below) / count);
    }
    below += count;
  }
  return DURATION_BOUNDS_S.at(-1);
}
