import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { type TimeLimit, TimeLimits } from "./time-limits.ts";

function world() {
  const clock = createVirtualClock();
  const limits = new TimeLimits(clock);
  const over: string[] = [];
  const begin = (name: string, ms: number) =>
    limits.begin({ onTimeOver: () => void over.push(`${name} at ${clock.now()}`) }, clock.now() + ms, clock.now());
  return { clock, limits, over, begin };
}

describe("time limits", () => {
  it("tell each when its time is over, whatever the order they came in", async () => {
    const { clock, over, begin } = world();
    begin("slow", 30);
    begin("quick", 10);
    begin("usual", 20);
    await clock.advance(100);
    expect(over).toEqual(["quick at 10", "usual at 20", "slow at 30"]);
  });

  it("have one timer however many there are, and none when all have ended", async () => {
    const { clock, limits, over, begin } = world();
    const all = Array.from({ length: 100 }, (_, index) => begin(`call ${index}`, 1_000));
    expect(clock.pending()).toBe(1);
    for (const limit of all) limits.end(limit);
    expect(clock.pending()).toBe(0);
    await clock.advance(2_000);
    expect(over).toEqual([]);
  });

  it("let their neighbours go when they end, so that none keeps another alive", async () => {
    const { clock, limits, begin } = world();
    const [first, second, third] = [begin("first", 1_000), begin("second", 1_000), begin("third", 1_000)];
    limits.end(second);
    expect([second.earlier, second.later]).toEqual([undefined, undefined]);
    expect([first.later, third.earlier]).toEqual([third, first]);
    await clock.advance(1_000);
    expect([first.earlier, first.later, third.earlier, third.later]).toEqual(Array(4).fill(undefined));
  });

  it("tell who is left in time though the first, for whom the timer was set, has ended", async () => {
    const { clock, limits, over, begin } = world();
    const first = begin("first", 1_000);
    await clock.advance(400);
    begin("second", 1_000);
    limits.end(first);
    await clock.advance(5_000);
    expect(over).toEqual(["second at 1400"]);
  });

  it("believe a timer that comes a little before the clock", () => {
    let fire = () => {};
    let nowMs = 0;
    const clock = {
      now: () => nowMs,
      after(_: number, task: () => void) {
        fire = task;
        return () => {};
      },
    };
    const limits = new TimeLimits(clock);
    const told: number[] = [];
    limits.begin({ onTimeOver: () => void told.push(nowMs) }, 10, 0);
    nowMs = 9.4;
    fire();
    expect(told).toEqual([9.4]);
  });

  it("go on when one that is told begins another or ends one that is due as well", async () => {
    const { clock, limits, over, begin } = world();
    let other: TimeLimit | undefined;
    limits.begin(
      {
        onTimeOver() {
          if (other) limits.end(other);
          begin("again", 5);
        },
      },
      10,
      0,
    );
    other = begin("other", 10);
    await clock.advance(100);
    expect(over).toEqual(["again at 15"]);
    expect(clock.pending()).toBe(0);
  });

  it("do what a timer for each would do", async () => {
    const step = fc.record({ waitMs: fc.nat(20), ms: fc.nat(100), ends: fc.option(fc.nat(30)) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { clock, limits, over, begin } = world();
        const expected: string[] = [];
        const made: { readonly limit: TimeLimit; readonly cancel: () => void }[] = [];
        for (const [index, { waitMs, ms, ends }] of steps.entries()) {
          await clock.advance(waitMs);
          const name = `call ${index}`;
          const limit = begin(name, ms);
          made.push({ limit, cancel: clock.after(ms, () => void expected.push(`${name} at ${clock.now()}`)) });
          const ended = ends === null ? undefined : made[ends];
          if (ended === undefined) continue;
          limits.end(ended.limit);
          ended.cancel();
        }
        await clock.advance(200);
        expect(over.toSorted()).toEqual(expected.toSorted());
        expect(clock.pending()).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
