import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketOf, createHistogram, DURATION_BOUNDS_S, quantileS, recordDuration } from "./histogram.ts";

describe("bucketOf", () => {
  it.each(DURATION_BOUNDS_S.map((bound, bucket) => [bound, bucket] as const))(
    "puts %d s, a bound, into the bucket below it",
    (bound, bucket) => {
      expect(bucketOf(bound)).toBe(bucket);
      expect(bucketOf(bound * 1.000001)).toBe(bucket + 1);
    },
  );
});

describe("recordDuration", () => {
  it("keeps count, sum and buckets in step, whatever is recorded", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 60_000 })), (durations) => {
        const histogram = createHistogram();
        for (const durationMs of durations) recordDuration(histogram, durationMs);
        expect(histogram.count).toBe(durations.length);
        expect(histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(durations.length);
        expect(histogram.counts).toHaveLength(DURATION_BOUNDS_S.length + 1);
        expect(histogram.sumS).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("counts NaN and negative durations as 0", () => {
    const histogram = createHistogram();
    recordDuration(histogram, Number.NaN);
    recordDuration(histogram, -5);
    expect(histogram.counts[0]).toBe(2);
    expect(histogram.sumS).toBe(0);
  });
});

describe("quantileS", () => {
  it("is undefined when nothing was counted", () => {
    expect(quantileS(createHistogram().counts, 0.5)).toBeUndefined();
  });

  it("is linear inside a bucket", () => {
    const { counts } = createHistogram();
    counts[bucketOf(0.01)] = 10;
    expect(quantileS(counts, 0.5)).toBeCloseTo(0.0075);
    expect(quantileS(counts, 1)).toBeCloseTo(0.01);
  });

  it("is the highest bound for what lies above it", () => {
    const histogram = createHistogram();
    recordDuration(histogram, 3_600_000);
    expect(quantileS(histogram.counts, 0.99)).toBe(10);
  });

  it("never leaves the bucket of the true quantile, and grows with the share", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9_999 }), { minLength: 1 }), (durations) => {
        const histogram = createHistogram();
        for (const durationMs of durations) recordDuration(histogram, durationMs);
        const sorted = durations.toSorted((a, b) => a - b);
        let before = 0;
        for (const share of [0.01, 0.5, 0.9, 0.99, 1]) {
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
          const estimate = quantileS(histogram.counts, share) ?? Number.NaN;
          expect(bucketOf(estimate)).toBe(bucketOf(exact / 1_000));
          expect(estimate).toBeGreaterThanOrEqual(before);
          before = estimate;
        }
      }),
    );
  });
});
