import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventQueue } from "../../testing/event-queue.ts";
import { createOwnStalls, LOOK_MS } from "./own-stalls.ts";

/** A clock whose timers come as late as its process does. */
function lateClock() {
  const queue = createEventQueue();
  let nowMs = 0;
  return {
    now: () => nowMs,
    after: (ms: number, task: () => void) => queue.add(nowMs + ms, task),
    /** Time in which everything comes when it is due. */
    idle(ms: number) {
      const untilMs = nowMs + ms;
      for (let due = queue.take(untilMs); due; due = queue.take(untilMs)) {
        nowMs = Math.max(nowMs, due.dueMs);
        due.run();
      }
      nowMs = untilMs;
    },
    /** Time in which nothing comes. */
    stall(ms: number) {
      nowMs += ms;
    },
    pending: () => queue.size(),
  };
}

describe("createOwnStalls", () => {
  it("says nothing of a process that is in time", () => {
    const clock = lateClock();
    const stalls = createOwnStalls(clock);
    const mark = stalls.begin(0);
    clock.idle(5_000);
    clock.stall(20);
    clock.idle(0);
    expect(stalls.end(mark, clock.now())).toBe(0);
  });

  it("tells how long it stood still, whether the reply is read before or after its timers have run", () => {
    for (const timersFirst of [true, false]) {
      const clock = lateClock();
      const stalls = createOwnStalls(clock);
      const mark = stalls.begin(0);
      clock.idle(110);
      clock.stall(400);
      if (timersFirst) clock.idle(0);
      const ms = stalls.end(mark, clock.now());
      expect(ms).toBeGreaterThanOrEqual(400);
      expect(ms).toBeLessThanOrEqual(400 + LOOK_MS);
    }
  });

  it("tells nothing of what was before the attempt", () => {
    const clock = lateClock();
    const stalls = createOwnStalls(clock);
    stalls.begin(0);
    clock.stall(400);
    const mark = stalls.begin(clock.now());
    clock.idle(100);
    expect(stalls.end(mark, clock.now())).toBe(0);
  });

  it("looks at the clock only while attempts are in flight", () => {
    const clock = lateClock();
    const stalls = createOwnStalls(clock);
    const mark = stalls.begin(0);
    clock.idle(1_000);
    expect(clock.pending()).toBe(1);
    expect(stalls.end(mark, clock.now())).toBe(0);
    expect(clock.pending()).toBe(0);
  });

  it("finds each standstill of more than two looks, and no more than one look beside it", () => {
    const steps = fc.array(
      fc.record({ idleMs: fc.integer({ min: 0, max: 300 }), stallMs: fc.integer({ min: 0, max: 900 }) }),
    );
    fc.assert(
      fc.property(steps, (all) => {
        const clock = lateClock();
        const stalls = createOwnStalls(clock);
        const mark = stalls.begin(0);
        let long = 0;
        let any = 0;
        for (const { idleMs, stallMs } of all) {
          clock.idle(idleMs);
          clock.stall(stallMs);
          clock.idle(0);
          any += stallMs === 0 ? 0 : stallMs + LOOK_MS;
          long += stallMs > 2 * LOOK_MS ? stallMs : 0;
        }
        const ms = stalls.end(mark, clock.now());
        expect(ms).toBeGreaterThanOrEqual(long);
        expect(ms).toBeLessThanOrEqual(any);
      }),
    );
  });
});
