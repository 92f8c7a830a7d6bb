import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import type { Limiter } from "./limiter.ts";
import { SERVE_DEFAULTS } from "./options.ts";
import { createOverload, type OverloadOptions } from "./overload.ts";

const TOLERATED_MS = SERVE_DEFAULTS.queueDelayMsMax;
const LOOK_MS = 10;

/** The rules over a limiter that says what a test has it say, and an event loop that is as late as it is told. */
function rules(given: Partial<OverloadOptions> = {}, chance = 0) {
  const clock = createVirtualClock();
  const seen = { limits: [] as number[], newestFirst: false, evictedOverMs: [] as number[] };
  const now = { lateMs: 0, limit: 256, active: 0, waiting: 0, oldestWaitMs: 0, given: 0, canWait: true };
  const limiter: Limiter = {
    tryAcquire: () => undefined,
    canWait: () => now.canWait,
    acquire: async () => "gone",
    connected() {},
    setLimit(limit) {
      now.limit = limit;
      seen.limits.push(limit);
    },
    setNewestFirst(newestFirst) {
      seen.newestFirst = newestFirst;
    },
    evictOlderThan: (ms) => void seen.evictedOverMs.push(ms),
    limit: () => now.limit,
    active: () => now.active,
    waiting: () => now.waiting,
    oldestWaitMs: () => now.oldestWaitMs,
    given: () => now.given,
    idle: async () => {},
  };
  const late = { ...clock, after: (ms: number, task: () => void) => clock.after(ms + now.lateMs, task) };
  const options = { ...SERVE_DEFAULTS, ...given };
  const overload = createOverload({ limiter, clock: late, random: () => chance, options });
  /** So many looks at the queue, with a request before each. */
  const look = async (looks = 1) => {
    for (let count = 0; count < looks; count += 1) {
      overload.refuses("default");
      await clock.advance(LOOK_MS + now.lateMs);
    }
  };
  /** Until some are refused for a delay of three times what is tolerated. */
  const shed = async (looks = 40) => {
    Object.assign(now, { waiting: 20, oldestWaitMs: 3 * TOLERATED_MS, given: 0 });
    for (let count = 0; count < looks; count += 1) {
      now.given += 1;
      await look();
    }
  };
  return { clock, now, seen, overload, look, shed };
}

describe("an overloaded service", () => {
  it("admits who has a place or may wait for one, and nobody else", () => {
    const { now, overload } = rules();
    expect(overload.refuses("default")).toBeUndefined();
    Object.assign(now, { active: 256 });
    expect(overload.refuses("default")).toBeUndefined();
    Object.assign(now, { canWait: false });
    expect(overload.refuses("default")).toBe("queue_full");
    Object.assign(now, { active: 255 });
    expect(overload.refuses("default")).toBeUndefined();
    Object.assign(now, { waiting: 1 }); // nobody overtakes those who wait
    expect(overload.refuses("default")).toBe("queue_full");
  });

  it("takes for the wait how long the queue lasts at the rate of late, and no more than was waited", async () => {
    const { now, overload, look } = rules();
    await look();
    expect(overload.state().queueDelayMs).toBe(0);
    Object.assign(now, { waiting: 10, oldestWaitMs: 7 });
    await look();
    expect(overload.state().queueDelayMs).toBe(7);
    for (let looks = 0; looks < 1_000; looks += 1) {
      now.given += 10; // a thousand a second
      await look();
    }
    Object.assign(now, { waiting: 5, oldestWaitMs: 1_000 });
    await look();
    expect(overload.state().queueDelayMs).toBeCloseTo(5, 0);
  });

  it("serves the newest first once the wait is more than tolerated, until it is half of that", async () => {
    const { now, seen, overload, look } = rules();
    now.waiting = 1;
    const at = async (oldestWaitMs: number) => {
      now.oldestWaitMs = oldestWaitMs;
      await look();
      expect(overload.state().stressed).toBe(seen.newestFirst);
      return seen.newestFirst;
    };
    expect(await at(TOLERATED_MS)).toBe(false);
    expect(seen.evictedOverMs).toEqual([]);
    expect(await at(TOLERATED_MS + 0.1)).toBe(true);
    expect(seen.evictedOverMs).toEqual([5 * TOLERATED_MS]);
    expect(await at(TOLERATED_MS / 2 + 0.1)).toBe(true);
    expect(await at(TOLERATED_MS / 2)).toBe(false);
    expect(await at(TOLERATED_MS / 2 + 0.1)).toBe(false);
  });

  it("looks on while somebody waits, the loop is late or some are refused, and no longer", async () => {
    const { clock, now, overload, look, shed } = rules();
    Object.assign(now, { waiting: 1 });
    await look();
    await clock.advance(1_000);
    expect(clock.pending()).toBe(1);
    now.waiting = 0;
    await clock.advance(1_000);
    expect(clock.pending()).toBe(0);
    now.lateMs = 5;
    await look(6);
    await clock.advance(1_000);
    expect([overload.state().queueDelayMs, clock.pending()]).toEqual([5, 1]);
    now.lateMs = 0;
    await clock.advance(1_000);
    expect(clock.pending()).toBe(0);
    await shed(200);
    now.waiting = 0;
    await clock.advance(2 * LOOK_MS);
    expect([overload.state().queueDelayMs, overload.state().stressed, clock.pending()]).toEqual([0, true, 1]);
    await clock.advance(60_000);
    expect([overload.state().stressed, clock.pending()]).toEqual([false, 0]);
  });

  it("refuses some after a wait that lasts, those that matter less first, and says why", async () => {
    const { now, overload, look, shed } = rules();
    Object.assign(now, { waiting: 20, oldestWaitMs: 3 * TOLERATED_MS });
    await look(10);
    expect(overload.refuses("sheddable")).toBeUndefined(); // a burst may be over soon
    await shed();
    expect(overload.refuses("sheddable")).toBe("overload");
    expect(overload.refuses("default")).toBe("overload");
    expect(overload.refuses("critical")).toBeUndefined();
    const lucky = rules({}, 0.999);
    await lucky.shed();
    expect(lucky.overload.refuses("default")).toBeUndefined();
  });

  it("refuses none of so few that they cannot be what the loop is late with", async () => {
    const { now, overload, shed, look } = rules();
    const { concurrencyMin } = SERVE_DEFAULTS;
    await shed();
    await look();
    Object.assign(now, { waiting: 1, active: concurrencyMin - 2 });
    expect(overload.refuses("default")).toBeUndefined();
    now.active = concurrencyMin - 1;
    expect(overload.refuses("default")).toBe("overload");
    now.active = 0;
    const taken = Array.from({ length: concurrencyMin + 2 }, () => overload.refuses("default"));
    expect(taken.indexOf("overload")).toBe(concurrencyMin - 1); // with the one above
  });

  it("refuses also what is critical when the loop is ten times as late as is tolerated", async () => {
    const { now, overload, look } = rules();
    Object.assign(now, { active: 100, lateMs: 10 * TOLERATED_MS });
    const critical = async () => {
      for (let looks = 0; looks < 30; looks += 1) {
        await look();
        for (let request = 0; request < 20; request += 1) overload.refuses("critical");
      }
      return overload.refuses("critical");
    };
    expect(await critical()).toBeUndefined();
    now.lateMs += 1;
    expect(await critical()).toBe("queue_full");
  });

  it("lowers the limit by a tenth each tenth of a second while the loop stands late, and raises it in steps", async () => {
    const { now, seen, look } = rules();
    Object.assign(now, { active: 200, lateMs: TOLERATED_MS });
    await look(40);
    expect(seen.limits).toEqual([]); // no more than is tolerated, and no higher than it may be
    now.lateMs = 90;
    await look(6);
    expect(seen.limits[0]).toBe(180); // of the 201 in progress at most
    now.lateMs = 0;
    await look(5);
    seen.limits.length = 0;
    now.limit = 100;
    now.active = 0;
    await look(20);
    expect(seen.limits).toEqual([104, 108]);
    const fixed = rules({ adaptive: false });
    Object.assign(fixed.now, { active: 200, lateMs: 90 });
    await fixed.look(40);
    expect(fixed.seen.limits).toEqual([]);
  });

  it("lowers the limit for a loop that stands still for long at once, by as much as it was not looked at", async () => {
    const lump = async (active: number, lateMs: number) => {
      const { now, seen, look } = rules();
      Object.assign(now, { active, lateMs });
      await look();
      return seen.limits;
    };
    expect(await lump(200, 5 * TOLERATED_MS - LOOK_MS)).toEqual([]);
    expect(await lump(200, 1_000)).toEqual([70]); // ten tenths of a second
    expect(await lump(7, 1_000)).toEqual([]); // so few can be late by themselves
  });

  it("tells callers to stop once half of them are refused", () => {
    const { now, overload } = rules();
    const offer = (count: number) => {
      for (let request = 0; request < count; request += 1) overload.refuses("default");
    };
    offer(11);
    Object.assign(now, { active: 256, canWait: false });
    offer(10);
    expect(overload.nackKind()).toBe("retryable");
    offer(1);
    expect(overload.nackKind()).toBe("final");
  });

  it("tells how it stands", () => {
    const { now, overload } = rules({ waitersMax: 9 });
    Object.assign(now, { limit: 50, active: 3, waiting: 2 });
    expect(overload.state()).toEqual({
      limit: 50,
      limitMax: 256,
      inFlight: 3,
      waiting: 2,
      waitersMax: 9,
      queueDelayMs: 0,
      stressed: false,
    });
  });
});
