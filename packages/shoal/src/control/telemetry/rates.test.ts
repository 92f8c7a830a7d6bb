import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHistogram, DURATION_BOUNDS_S, recordDuration } from "../../telemetry/histogram.ts";
import type { DurationPointOfIntake } from "../history/history.ts";
import { createRateKeeper, RATES_DEFAULTS } from "./rates.ts";

const START_MS = Date.UTC(2026, 0, 1);
const OLD_MS = START_MS - 3_600_000;

function point(count: number, given: Partial<DurationPointOfIntake> = {}): DurationPointOfIntake {
  const counts = createHistogram().counts;
  counts[3] = count;
  return {
    side: "server",
    service: "quotes",
    instance: "quotes-1",
    operation: "getQuote",
    caller: "",
    peer: "",
    external: false,
    series: "a",
    isError: false,
    delta: false,
    startMs: OLD_MS,
    count,
    counts,
    boundsS: DURATION_BOUNDS_S,
    ...given,
  };
}

describe("createRateKeeper", () => {
  it("is all zero for a service that it never heard of", () => {
    expect(createRateKeeper().ratesOf("nobody", START_MS)).toEqual({
      requestsPerSecond: 0,
      errorRatio: 0,
      p50Ms: null,
      p99Ms: null,
    });
  });

  it("turns cumulative counts of all instances and series into rates over ten seconds", () => {
    const keeper = createRateKeeper();
    for (let second = 0; second <= 20; second += 1) {
      const nowMs = START_MS + second * 1_000;
      keeper.add([point(1_000 + second * 30), point(second * 10, { series: "b", isError: true })], nowMs);
      keeper.add([point(second * 60, { instance: "quotes-2" })], nowMs + 300);
    }
    const rates = keeper.ratesOf("quotes", START_MS + 20_500);
    expect(rates.requestsPerSecond).toBe(100);
    expect(rates.errorRatio).toBe(0.1);
    expect(rates.p50Ms).toBeGreaterThan(2.5);
    expect(rates.p99Ms).toBeLessThanOrEqual(5);
  });

  it("tells of the last minute what the rate was at each of its moments", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 5, maxLength: 120 }), (counts) => {
        const keeper = createRateKeeper();
        const rates: number[] = [];
        for (const [second, count] of counts.entries()) {
          const nowMs = START_MS + second * 1_000;
          rates.push(keeper.ratesOf("quotes", nowMs).requestsPerSecond);
          keeper.add([point(count, { delta: true })], nowMs);
        }
        const trend = keeper.trendOf("quotes", START_MS + (counts.length - 1) * 1_000);
        const expected = rates.filter((_, index) => index > 0 && (counts.length - 1 - index) % 2 === 0).slice(-30);
        expect(trend.map((value) => value.toFixed(6))).toEqual(expected.map((value) => value.toFixed(6)));
      }),
    );
    expect(createRateKeeper().trendOf("nobody", START_MS)).toEqual([]);
  });

  it("goes on after the clock was set back", () => {
    const keeper = createRateKeeper();
    const earlierMs = START_MS - 3_600_000;
    for (let second = 0; second <= 20; second += 1) keeper.add([point(second * 30)], START_MS + second * 1_000);
    for (let second = 0; second <= 20; second += 1) keeper.add([point(600 + second * 30)], earlierMs + second * 1_000);
    expect(keeper.ratesOf("quotes", earlierMs + 20_500).requestsPerSecond).toBe(30);
  });

  it("does not take the past of an old series for the present", () => {
    const keeper = createRateKeeper();
    keeper.add([point(1_000_000)], START_MS);
    expect(keeper.ratesOf("quotes", START_MS + 1_000).requestsPerSecond).toBe(0);
  });

  it("counts all of a series that began within the window", () => {
    const keeper = createRateKeeper();
    keeper.add([point(50, { startMs: START_MS - 900 })], START_MS);
    expect(keeper.ratesOf("quotes", START_MS + 1_000).requestsPerSecond).toBe(50);
  });

  it("goes to zero within the window when the traffic ends", () => {
    const keeper = createRateKeeper();
    keeper.add([point(0)], START_MS);
    keeper.add([point(100)], START_MS + 1_000);
    const endMs = START_MS + 1_000 + RATES_DEFAULTS.windowS * 1_000;
    expect(keeper.ratesOf("quotes", endMs).requestsPerSecond).toBe(10);
    expect(keeper.ratesOf("quotes", endMs + 1_000)).toMatchObject({ requestsPerSecond: 0, p50Ms: null });
  });

  it.each([
    ["a new start", point(7, { startMs: START_MS + 1_000 })],
    ["a fallen count", point(7)],
    ["other bounds", point(7, { counts: [7, 0], boundsS: [1] })],
  ])("takes %s for a process that began again at 0", (_, again) => {
    const keeper = createRateKeeper({ windowS: 1 });
    keeper.add([point(100)], START_MS);
    keeper.add([again], START_MS + 1_500);
    expect(keeper.ratesOf("quotes", START_MS + 2_000).requestsPerSecond).toBe(7);
  });

  it("adds deltas as they are", () => {
    const keeper = createRateKeeper({ windowS: 1 });
    keeper.add([point(5, { delta: true }), point(6, { delta: true })], START_MS);
    expect(keeper.ratesOf("quotes", START_MS + 1_000).requestsPerSecond).toBe(11);
  });

  it("puts the buckets of other bounds where they belong", () => {
    const keeper = createRateKeeper({ windowS: 1 });
    keeper.add([point(100, { delta: true, counts: [0, 100, 0], boundsS: [0.005, 0.2] })], START_MS);
    const { p50Ms } = keeper.ratesOf("quotes", START_MS + 1_000);
    expect(p50Ms).toBeGreaterThan(100);
    expect(p50Ms).toBeLessThanOrEqual(250);
  });

  it("has no quantiles for a histogram without buckets, but its rate", () => {
    const keeper = createRateKeeper({ windowS: 1 });
    keeper.add([point(9, { delta: true, counts: [], boundsS: [] })], START_MS);
    expect(keeper.ratesOf("quotes", START_MS + 1_000)).toMatchObject({
      requestsPerSecond: 9,
      p50Ms: null,
      p99Ms: null,
    });
  });

  it("is bounded in instances and series, counts what it leaves out, and forgets the silent", () => {
    const options = { instancesMax: 2, seriesMax: 3, seriesPerInstanceMax: 2, windowS: 1, forgetS: 2 };
    const keeper = createRateKeeper(options);
    keeper.add(
      ["a", "b", "c"].map((series) => point(1, { series })),
      START_MS,
    );
    expect(keeper.dropped()).toBe(1);
    keeper.add(
      ["a", "b"].map((series) => point(1, { series, instance: "quotes-2" })),
      START_MS,
    );
    expect(keeper.dropped()).toBe(2);
    keeper.add([point(1, { instance: "quotes-3" })], START_MS);
    expect(keeper.dropped()).toBe(3);
    const fresh = point(4, { instance: "quotes-3", startMs: START_MS + 4_000 });
    keeper.add([fresh], START_MS + 4_000);
    expect(keeper.dropped()).toBe(3);
    expect(keeper.ratesOf("quotes", START_MS + 5_000).requestsPerSecond).toBe(4);
  });

  it("finds as many requests as were made, whatever the pushes looked like", () => {
    const push = fc.record({
      gapMs: fc.integer({ min: 0, max: 900 }),
      durations: fc.array(fc.integer({ min: 0, max: 20_000 })),
    });
    fc.assert(
      fc.property(fc.array(push, { maxLength: 10 }), fc.array(fc.boolean(), { maxLength: 10 }), (pushes, restarts) => {
        const keeper = createRateKeeper({ windowS: 10 });
        let nowMs = START_MS;
        let histogram = createHistogram();
        let startMs = nowMs;
        let made = 0;
        for (const [index, { gapMs, durations }] of pushes.entries()) {
          // A process takes time to start: two that began in one millisecond could not be told apart.
          nowMs += restarts[index] ? gapMs + 1 : gapMs;
          if (restarts[index]) {
            histogram = createHistogram();
            startMs = nowMs;
          }
          for (const durationMs of durations) recordDuration(histogram, durationMs);
          made += durations.length;
          keeper.add([point(histogram.count, { startMs, counts: [...histogram.counts] })], nowMs);
        }
        const rates = keeper.ratesOf("quotes", START_MS + 10_000);
        expect(rates.requestsPerSecond * 10).toBeCloseTo(made);
      }),
    );
  });

  it("tells operations and callers apart, and adds them up for their service", () => {
    const keeper = createRateKeeper({ windowS: 1 });
    const delta = (count: number, given: Partial<DurationPointOfIntake>) => point(count, { delta: true, ...given });
    keeper.add(
      [
        delta(6, { caller: "web" }),
        delta(2, { caller: "", isError: true }),
        delta(4, { operation: "putQuote", caller: "web", instance: "quotes-2" }),
      ],
      START_MS,
    );
    const nowMs = START_MS + 1_000;
    expect(keeper.ratesOf("quotes", nowMs)).toMatchObject({ requestsPerSecond: 12, errorRatio: 2 / 12 });
    expect(keeper.operationsOf("quotes", nowMs)).toMatchObject([
      { operation: "getQuote", requestsPerSecond: 8, errorRatio: 0.25 },
      { operation: "putQuote", requestsPerSecond: 4, errorRatio: 0 },
    ]);
    expect(keeper.edges(nowMs)).toMatchObject([
      { caller: "web", callee: "quotes", external: false, requestsPerSecond: 10 },
      { caller: "", callee: "quotes", external: false, requestsPerSecond: 2 },
    ]);
    expect(keeper.failuresOf("quotes", nowMs + 58_000)).toBe(2);
    expect(keeper.failuresOf("quotes", nowMs + 60_000)).toBe(0);
  });

  it("counts of what callers tell only their calls to the world outside", () => {
    const keeper = createRateKeeper({ windowS: 1 });
    const call = { side: "client", delta: true, operation: "", caller: "" } as const;
    keeper.add(
      [
        point(3, { ...call, peer: "api.stripe.com", external: true }),
        point(5, { ...call, peer: "rates", external: false }),
        point(7, { ...call, peer: "", external: true }),
      ],
      START_MS,
    );
    const nowMs = START_MS + 1_000;
    expect(keeper.edges(nowMs)).toMatchObject([
      { caller: "quotes", callee: "api.stripe.com", external: true, requestsPerSecond: 3 },
    ]);
    expect(keeper.ratesOf("api.stripe.com", nowMs).requestsPerSecond).toBe(0);
    expect(keeper.takeRows(Number.POSITIVE_INFINITY)).toEqual([]);
  });

  it("gives each step of the charts once, when it has ended", () => {
    const keeper = createRateKeeper();
    const delta = (count: number, isError = false) => point(count, { delta: true, isError, caller: "web" });
    keeper.add([delta(2), delta(1, true)], START_MS);
    keeper.add([delta(4)], START_MS + 4_999);
    expect(keeper.takeRows(START_MS + 4_999)).toEqual([]);
    keeper.add([delta(8)], START_MS + 5_000);
    const [row, ...others] = keeper.takeRows(START_MS + 5_000);
    expect(row).toMatchObject({
      timeMs: START_MS,
      service: "quotes",
      operation: "getQuote",
      caller: "web",
      count: 7,
      errors: 1,
    });
    expect(row?.counts.reduce((sum, count) => sum + count, 0)).toBe(7);
    expect(others).toEqual([]);
    expect(keeper.takeRows(Number.POSITIVE_INFINITY)).toMatchObject([{ timeMs: START_MS + 5_000, count: 8 }]);
    expect(keeper.takeRows(Number.POSITIVE_INFINITY)).toEqual([]);
  });

  it("is bounded in flows, and counts what it leaves out", () => {
    const keeper = createRateKeeper({ windowS: 1, flowsMax: 2 });
    keeper.add(
      ["a", "b", "c"].map((caller) => point(1, { delta: true, caller })),
      START_MS,
    );
    expect(keeper.dropped()).toBe(1);
    expect(keeper.edges(START_MS + 1_000)).toHaveLength(2);
  });

  it.each([{ windowS: 0 }, { windowS: 61 }, { seriesMax: 0 }, { forgetS: 5 }])("rejects %j", (options) => {
    expect(() => createRateKeeper(options)).toThrow("[OPTION_INVALID]");
  });
});
