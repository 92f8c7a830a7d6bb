import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLoad } from "./load.ts";

function sampled(...samples: readonly (readonly [rttMs: number, nowMs: number])[]) {
  const load = createLoad();
  for (const [rttMs, nowMs] of samples) {
    load.begin(nowMs);
    load.end({ costMs: rttMs, rttMs }, nowMs);
  }
  return load;
}

describe("createLoad", () => {
  it("knows nothing before its first sample", () => {
    expect(createLoad().costMs(0)).toBeUndefined();
  });

  it("jumps to a slower sample at once", () => {
    expect(sampled([10, 0], [200, 1]).costMs(1)).toBe(200);
  });

  it("comes down slowly after a faster one", () => {
    const costMs = sampled([200, 0], [10, 1_000]).costMs(1_000);
    expect(costMs).toBeCloseTo(200 * Math.exp(-0.1) + 10 * (1 - Math.exp(-0.1)));
  });

  it("decays without samples, so that a slow instance gets another chance", () => {
    const load = sampled([1_000, 0]);
    expect(load.costMs(10_000)).toBeCloseTo(1_000 / Math.E);
    expect(load.costMs(200_000)).toBeLessThan(0.001);
  });

  it("counts what is in flight, also when its time says nothing", () => {
    const load = createLoad();
    load.begin(0);
    load.begin(0);
    load.end(undefined, 5);
    expect(load.pending()).toBe(1);
    expect(load.costMs(5)).toBeUndefined();
  });

  it("charges an instance that has fallen silent with its silence, while it owes an answer", () => {
    const load = sampled([10, 1_000]);
    load.begin(2_000);
    load.begin(2_500);
    expect(load.costMs(2_000)).toBeLessThan(10);
    expect(load.costMs(3_000)).toBe(1_000);
    load.end({ costMs: 20, rttMs: 20 }, 3_000);
    expect(load.costMs(3_000)).toBe(20);
    expect(load.costMs(3_400)).toBe(400);
    load.end(undefined, 3_500);
    expect(load.costMs(9_000)).toBeLessThan(20);
  });

  it("forgets when reset, but not what is in flight", () => {
    const load = sampled([5_000, 0]);
    load.begin(0);
    load.reset();
    expect(load.costMs(0)).toBeUndefined();
    expect(load.pending()).toBe(1);
  });

  it("tells what is usual from what it charges for failures", () => {
    const load = createLoad();
    for (let call = 0; call < 3; call += 1) {
      load.begin(0);
      load.end({ costMs: 5_000, rttMs: 10 }, call);
    }
    expect(load.costMs(2)).toBe(5_000);
    expect(load.usualMs()).toBe(10);
  });

  it("comes down by the time since the last sample, whenever the clock began", () => {
    const costMs = sampled([200, 50_000], [10, 51_000]).costMs(51_000);
    expect(costMs).toBeCloseTo(200 * Math.exp(-0.1) + 10 * (1 - Math.exp(-0.1)));
  });

  it("takes what is usual an eighth of the way to each new sample", () => {
    expect(sampled([80, 0], [160, 1]).usualMs()).toBe(90);
    expect(sampled([80, 0], [0, 1]).usualMs()).toBe(70);
  });

  it("stays between 0 and its greatest sample, and never rises by itself", () => {
    const sample = fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.nat(60_000));
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1 }), (samples) => {
        const load = createLoad();
        let nowMs = 0;
        for (const [rttMs, gapMs] of samples) {
          nowMs += gapMs;
          load.begin(0);
          load.end({ costMs: rttMs, rttMs }, nowMs);
          const costMs = load.costMs(nowMs) ?? Number.NaN;
          expect(costMs).toBeGreaterThanOrEqual(0);
          expect(costMs).toBeLessThanOrEqual(Math.max(...samples.map(([rtt]) => rtt)));
          expect(load.costMs(nowMs + 1_000)).toBeLessThanOrEqual(costMs);
        }
      }),
    );
  });
});
