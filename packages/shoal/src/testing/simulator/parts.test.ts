import { describe, expect, it } from "vitest";
import { seededRandom } from "../seeded-random.ts";
import { constant, type Distribution, exponential, lognormal, mixture, uniform } from "./distribution.ts";
import { createProcessor } from "./processor.ts";
import { createTally } from "./tally.ts";
import { createTimeline } from "./timeline.ts";
import { createWorldClock } from "./world-clock.ts";

function drawn(distribution: Distribution): readonly number[] {
  const random = seededRandom(5);
  return Array.from({ length: 20_000 }, () => distribution(random)).sort((left, right) => left - right);
}
const at = (values: readonly number[], quantile: number) => values[Math.floor(quantile * values.length)] ?? Number.NaN;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("distributions", () => {
  it("have the shape they say", () => {
    expect(new Set(drawn(constant(7)))).toEqual(new Set([7]));
    expect([at(drawn(uniform(10, 20)), 0), at(drawn(uniform(10, 20)), 0.5)].map(Math.round)).toEqual([10, 15]);
    expect(mean(drawn(exponential(8)))).toBeCloseTo(8, 0);
    expect(at(drawn(lognormal(10, 0.3)), 0.5)).toBeCloseTo(10, 0);
    expect(at(drawn(lognormal(10, 0.3)), 0.99) / 20).toBeCloseTo(1, 1);
    expect(
      mean(
        drawn(
          mixture([
            [3, constant(0)],
            [1, constant(1)],
          ]),
        ),
      ),
    ).toBeCloseTo(0.25, 1);
  });
});

describe("a world's clock", () => {
  it("runs a task only after all promises that the one before has stirred up", async () => {
    const clock = createWorldClock();
    const events: string[] = [];
    const deep = async () => {
      for (let depth = 0; depth < 200; depth += 1) await null;
      process.nextTick(() => void Promise.resolve().then(() => events.push("tick")));
      await null;
      events.push("deep");
    };
    clock.after(5, () => void deep());
    clock.after(5, () => void events.push("second"));
    clock.after(1, () => void events.push("first"));
    await clock.run(10);
    expect(events).toEqual(["first", "deep", "tick", "second"]);
    expect([clock.now(), clock.pending()]).toEqual([10, 0]);
  });

  it("stops when told, at that time", async () => {
    const clock = createWorldClock();
    let ran = 0;
    const count = () => {
      ran += 1;
    };
    for (let ms = 1; ms <= 5_000; ms += 1) clock.after(ms, count);
    await clock.run(Number.POSITIVE_INFINITY, () => ran === 3_000);
    expect(clock.now()).toBe(3_000);
    await clock.run(4_000);
    expect(ran).toBe(4_000);
  });
});

describe("a processor", () => {
  it("does one thing after another, at its speed", async () => {
    const clock = createWorldClock();
    const core = createProcessor(clock);
    const doneMs: number[] = [];
    const work = (ms: number) => void core.work(ms).then(() => doneMs.push(clock.now()));
    work(10);
    work(10);
    clock.after(15, () => core.setSpeed(0.5));
    clock.after(15, () => work(10));
    await clock.run(100);
    expect(doneMs).toEqual([10, 20, 40]);
    expect(core.queued()).toBe(0);
  });
});

describe("a tally", () => {
  it("counts by when calls began", () => {
    const tally = createTally();
    for (let second = 0; second < 10; second += 1) {
      const failure = second < 4 ? "LATE" : undefined;
      tally.ended(second * 1_000, second * 1_000 + second, failure);
    }
    expect([tally.calls(), tally.failed(), tally.successRatio({ fromMs: 3_000, toMs: 5_000 })]).toEqual([10, 4, 0.5]);
    expect([tally.latencyMs(0.5), tally.latencyMs(1)]).toEqual([5, 9]);
    expect(tally.withinRatio(7, { fromMs: 4_000 })).toBeCloseTo(4 / 6);
    expect(tally.failures()).toEqual(new Map([["LATE", 4]]));
    expect(tally.recoveredMs(0, 1, 3)).toBe(4_000);
    expect(tally.recoveredMs(0, 1, 20)).toBeUndefined();
  });

  it("is whole when nothing was called", () => {
    const tally = createTally();
    expect([tally.successRatio(), tally.withinRatio(1), tally.latencyMs(0.99)]).toEqual([1, 1, 0]);
  });
});

describe("a timeline", () => {
  it("keeps the last messages, and folds all of them into its fingerprint", () => {
    const long = createTimeline(() => 1);
    const other = createTimeline(() => 1);
    for (let index = 0; index < 3_000; index += 1) {
      long.message("a", `says ${index}`, "b");
      other.message("a", index === 0 ? "says nothing" : `says ${index}`, "b");
    }
    expect(long.messages()).toHaveLength(2_000);
    expect(long.messages()[0]?.what).toBe("says 1000");
    expect(long.text(1)).toMatch(/says 2999 b$/);
    expect(other.messages()).toEqual(long.messages());
    expect(other.fingerprint()).not.toBe(long.fingerprint());
  });
});
