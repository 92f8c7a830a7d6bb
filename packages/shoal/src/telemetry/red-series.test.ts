import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createRedRecorder, RED_SERIES_DEFAULTS } from "./red-series.ts";

const request = { operation: "getQuote", status: 200, durationMs: 3, caller: "edge" };

describe("createRedRecorder", () => {
  it("keeps one series for each operation, status and caller", () => {
    const recorder = createRedRecorder(createVirtualClock());
    recorder.served(request);
    recorder.served(request);
    recorder.served({ ...request, status: 500 });
    recorder.served({ ...request, caller: "" });
    const { series, requests } = recorder.snapshot();
    expect(series.map(({ status, peer, histogram }) => [status, peer, histogram.count])).toEqual([
      [200, "edge", 2],
      [500, "edge", 1],
      [200, "", 1],
    ]);
    expect(requests).toBe(4);
  });

  it("gives each series the time of its own first request", async () => {
    const clock = createVirtualClock();
    const recorder = createRedRecorder(clock);
    recorder.served(request);
    await clock.advance(5_000);
    recorder.served({ ...request, status: 404 });
    const [first, second] = recorder.snapshot().series;
    expect((second?.startMs ?? 0) - (first?.startMs ?? 0)).toBe(5_000);
  });

  it("counts callers that are no names together: the header holds anything", () => {
    const recorder = createRedRecorder(createVirtualClock());
    for (let index = 0; index < 100; index += 1) recorder.served({ ...request, caller: `Evil "${index}\n` });
    expect(recorder.snapshot().series.map(({ peer }) => peer)).toEqual(["other"]);
  });

  it("has a bound without being told", () => {
    const recorder = createRedRecorder(createVirtualClock());
    for (let index = 0; index < 3_000; index += 1) recorder.served({ ...request, operation: `op${index}` });
    const { series, overflowed } = recorder.snapshot();
    expect(series.length).toBeLessThanOrEqual(RED_SERIES_DEFAULTS.seriesMax);
    expect(overflowed).toBeGreaterThan(2_000);
  });

  it("hands out copies", () => {
    const recorder = createRedRecorder(createVirtualClock());
    recorder.served(request);
    const before = recorder.snapshot();
    recorder.served(request);
    expect(before.series[0]?.histogram.count).toBe(1);
  });

  it("never holds more than seriesMax series, and loses no request nor its kind of status", () => {
    const statuses = fc.constantFrom(200, 204, 301, 404, 429, 500, 503, 0, 999, 100);
    const requests = fc.array(
      fc.record({ operation: fc.string(), status: statuses, caller: fc.stringMatching(/^[a-z]{1,3}$/) }),
      {
        maxLength: 300,
      },
    );
    fc.assert(
      fc.property(requests, (list) => {
        const recorder = createRedRecorder(createVirtualClock(), { seriesMax: 12 });
        for (const one of list) recorder.served({ ...one, durationMs: 1 });
        const { series, overflowed } = recorder.snapshot();
        expect(series.length).toBeLessThanOrEqual(12);
        const count = (from: number) =>
          series
            .filter(({ status }) => Math.floor(status / 100) === from)
            .reduce((sum, one) => sum + one.histogram.count, 0);
        expect(count(5)).toBe(list.filter(({ status }) => status >= 500 && status <= 599).length);
        expect(count(2)).toBe(list.filter(({ status }) => status >= 200 && status <= 299).length);
        const overflowCount = series.filter((one) => one.overflow).reduce((sum, one) => sum + one.histogram.count, 0);
        expect(overflowCount).toBe(overflowed);
      }),
    );
  });

  it.each([9, 100_001, 1.5])("rejects seriesMax = %d", (seriesMax) => {
    expect(() => createRedRecorder(createVirtualClock(), { seriesMax })).toThrow("[OPTION_INVALID] seriesMax");
  });
});
