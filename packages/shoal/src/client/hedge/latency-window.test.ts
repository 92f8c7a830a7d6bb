import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLatencyWindow } from "./latency-window.ts";

/** A window with latencies that arrived at 0. */
function windowOf(latencies: readonly number[]) {
  const window = createLatencyWindow(0);
  for (const latencyMs of latencies) window.add(latencyMs, 0);
  return window;
}

describe("createLatencyWindow", () => {
  it("knows no percentile before anything was measured", () => {
    expect(createLatencyWindow(0).percentileMs(0.99, 0)).toBeUndefined();
  });

  it("names the time that all but a share stay within, a little above", () => {
    const window = windowOf(Array.from({ length: 1_000 }, (_, index) => index + 1));
    expect(window.percentileMs(0.99, 0)).toBeGreaterThanOrEqual(990);
    expect(window.percentileMs(0.99, 0)).toBeLessThan(990 * 1.04);
    expect(window.percentileMs(0.5, 0)).toBeGreaterThanOrEqual(500);
    expect(window.percentileMs(0.5, 0)).toBeLessThan(500 * 1.04);
  });

  it("counts each latency, however many are alike", () => {
    const window = windowOf([...Array.from({ length: 99 }, () => 10), 1_000]);
    expect(window.percentileMs(0.99, 0)).toBeLessThan(10.4);
    expect(window.percentileMs(0.995, 0)).toBeGreaterThanOrEqual(1_000);
  });

  it("is never below a rank's value, nor more than 4% above it, within 1 ms and 2 s", () => {
    const latency = fc.double({ min: 0, max: 5_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const sorted = values.map((value) => Math.min(Math.max(value, 1), 2_000)).sort((left, right) => left - right);
        const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0;
        const found = windowOf(values).percentileMs(share, 0) ?? 0;
        expect(found).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        expect(found).toBeLessThanOrEqual(exact * 1.04 * (1 + 1e-9));
      }),
    );
  });

  it.each([0, 1e6])("looks again after 3 s, and at once for another share, from %d ms on", (startMs) => {
    const window = createLatencyWindow(startMs);
    window.add(10, startMs);
    const before = window.percentileMs(0.99, startMs);
    window.add(1_000, startMs + 2_999);
    expect(window.percentileMs(0.99, startMs + 2_999)).toBe(before);
    expect(window.percentileMs(0.995, startMs + 2_999)).toBeGreaterThan(900);
    expect(window.percentileMs(0.99, startMs + 5_999)).toBeGreaterThan(900);
  });

  it("forgets what is 30 s old, also while nothing happens", () => {
    const window = windowOf([1_000]);
    expect(window.percentileMs(0.99, 29_999)).toBeGreaterThan(900);
    expect(window.percentileMs(0.99, 1e9)).toBeUndefined();
    window.add(10, 1e9);
    expect(window.percentileMs(0.99, 1e9 + 3_000)).toBeLessThan(11);
  });

  it("keeps a latency for 20 s at least and for 30 s at most, wherever its clock began", () => {
    const gapMs = fc.oneof(fc.nat(4_000), fc.integer({ min: 9_000, max: 35_000 }), fc.constant(1e9));
    const steps = fc.array(fc.tuple(gapMs, fc.integer({ min: 1, max: 2_000 })), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 1e9 }), steps, (startMs, latencies) => {
        const window = createLatencyWindow(startMs);
        const arrived: { readonly latencyMs: number; readonly atMs: number }[] = [];
        let nowMs = startMs;
        for (const [index, [gap, latencyMs]] of latencies.entries()) {
          nowMs += gap;
          window.add(latencyMs, nowMs);
          arrived.push({ latencyMs, atMs: nowMs });
          // another share each time, or it would be the one of 3 s ago
          const mostMs = window.percentileMs(1 - (index % 2) * 1e-6, nowMs) ?? 0;
          const since = (ageMs: number) => arrived.filter(({ atMs }) => nowMs - atMs < ageMs);
          const most = (some: typeof arrived) => Math.max(...some.map((one) => one.latencyMs));
          expect(mostMs).toBeGreaterThanOrEqual(most(since(20_000)) * (1 - 1e-9));
          expect(mostMs).toBeLessThanOrEqual(most(since(30_000)) * 1.04 * (1 + 1e-9));
        }
      }),
    );
  });

  it("takes a broken clock's latencies for 1 ms", () => {
    expect(windowOf([-5, Number.NaN]).percentileMs(0.99, 0)).toBe(1);
  });
});
