import { getEventListeners } from "node:events";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CRITICALITIES, type Criticality } from "../core/criticality.ts";
import { createLimiter, type Limiter, type Release, type Turn } from "./limiter.ts";

const never = new AbortController().signal;

/** A limiter at a time that a test moves, and those who ask it for a place. */
function limiterWith(limit: number, waitersMax: number) {
  const time = { nowMs: 0 };
  const limiter = createLimiter({ limit, waitersMax, clock: { now: () => time.nowMs } });
  const order: string[] = [];
  const waitAs = (name: string, criticality: Criticality = "default", deadlineMs = Number.POSITIVE_INFINITY) => {
    const turn = limiter.acquire({ criticality, deadlineMs, signal: never });
    void turn.then((ended) => order.push(typeof ended === "string" ? `${name} ${ended}` : name));
    return turn;
  };
  /** Gives places back until nobody waits. */
  const serveAll = async (release: Release | undefined, waiting: readonly Promise<Turn>[]) => {
    release?.();
    while (order.length < waiting.length) {
      const ended = await Promise.race(
        waiting.filter((turn) => !done.has(turn)).map(async (turn) => ({ turn, end: await turn })),
      );
      done.add(ended.turn);
      if (typeof ended.end === "function") ended.end();
      await Promise.resolve();
    }
    return order;
  };
  const done = new Set<Promise<Turn>>();
  return { limiter, time, waitAs, serveAll, order };
}

describe("createLimiter", () => {
  it("gives out as many places as there are, and not one more", () => {
    const { limiter } = limiterWith(2, 1);
    expect(limiter.tryAcquire()).toBeDefined();
    expect(limiter.tryAcquire()).toBeDefined();
    expect(limiter.tryAcquire()).toBeUndefined();
    expect([limiter.active(), limiter.given()]).toEqual([2, 2]);
  });

  it("gives a freed place to the one who has waited longest, however little that one matters", async () => {
    const { limiter, waitAs, serveAll } = limiterWith(1, 3);
    const release = limiter.tryAcquire();
    const waiting = [waitAs("first", "sheddable"), waitAs("second", "critical"), waitAs("third")];
    expect([limiter.canWait("sheddable"), limiter.waiting()]).toEqual([false, 3]);
    expect(await serveAll(release, waiting)).toEqual(["first", "second", "third"]);
  });

  it("gives it under stress to the last of the most critical to come", async () => {
    const { limiter, waitAs, serveAll } = limiterWith(1, 6);
    const release = limiter.tryAcquire();
    limiter.setNewestFirst(true);
    const waiting = [
      waitAs("default 1"),
      waitAs("critical 1", "critical"),
      waitAs("sheddable", "sheddable"),
      waitAs("critical 2", "critical"),
      waitAs("default 2"),
    ];
    expect(await serveAll(release, waiting)).toEqual([
      "critical 2",
      "critical 1",
      "default 2",
      "default 1",
      "sheddable",
    ]);
  });

  it("sends away whoever has waited for longer than it is told, however much that one matters", async () => {
    const { time, limiter, waitAs } = limiterWith(1, 6);
    limiter.tryAcquire();
    const turns = [waitAs("first", "critical")];
    time.nowMs = 50;
    turns.push(waitAs("second", "sheddable"));
    time.nowMs = 100;
    limiter.evictOlderThan(50);
    expect(limiter.waiting()).toBe(1);
    limiter.evictOlderThan(49);
    expect(limiter.waiting()).toBe(0);
    expect(await Promise.all(turns)).toEqual(["evicted", "evicted"]);
  });

  it("sends away the first of the least critical for one that matters more, and for no other", async () => {
    const { limiter, waitAs, serveAll } = limiterWith(1, 3);
    const release = limiter.tryAcquire();
    const waiting = [waitAs("s1", "sheddable"), waitAs("d"), waitAs("s2", "sheddable")];
    expect(CRITICALITIES.map(limiter.canWait)).toEqual([true, true, false]);
    expect(await waitAs("s3", "sheddable")).toBe("evicted");
    waiting.push(waitAs("c1", "critical"));
    expect(await waiting[0]).toBe("evicted");
    waiting.push(waitAs("c2", "critical"));
    expect(await waiting[2]).toBe("evicted");
    expect(limiter.waiting()).toBe(3);
    await serveAll(release, waiting);
  });

  it("gives no place to one whose deadline has come, but to the next", async () => {
    const { limiter, time, waitAs } = limiterWith(1, 3);
    const release = limiter.tryAcquire();
    const late = waitAs("late", "default", 10);
    const next = waitAs("next", "default", 11);
    expect(limiter.oldestWaitMs()).toBe(0);
    time.nowMs = 10;
    expect(limiter.oldestWaitMs()).toBe(10);
    release?.();
    expect(await late).toBe("gone");
    expect(await next).toBeTypeOf("function");
    expect(await waitAs("too late", "default", 10)).toBe("gone");
  });

  it("hands out places that are added, and takes none away from who has one", async () => {
    const { limiter, waitAs } = limiterWith(2, 2);
    const releases = [limiter.tryAcquire(), limiter.tryAcquire()];
    const waiting = [waitAs("a"), waitAs("b")];
    limiter.setLimit(1);
    releases[0]?.();
    expect([limiter.active(), limiter.waiting(), limiter.limit()]).toEqual([1, 2, 1]);
    limiter.setLimit(3);
    expect(await Promise.all(waiting)).toEqual([expect.any(Function), expect.any(Function)]);
    expect(limiter.active()).toBe(3);
  });

  it("lets nobody overtake those who wait", async () => {
    const { limiter, waitAs } = limiterWith(1, 1);
    const release = limiter.tryAcquire();
    const waiting = waitAs("waiting");
    release?.();
    expect(limiter.tryAcquire()).toBeUndefined();
    expect(await waiting).toBeTypeOf("function");
  });

  it("forgets a waiter whose signal is aborted, also one that never waited", async () => {
    const { limiter } = limiterWith(1, 1);
    limiter.tryAcquire();
    const controller = new AbortController();
    const waiter = { criticality: "default", deadlineMs: 1, signal: controller.signal } as const;
    const waiting = limiter.acquire(waiter);
    controller.abort();
    expect(await waiting).toBe("gone");
    expect(await limiter.acquire(waiter)).toBe("gone");
    expect(limiter.waiting()).toBe(0);
  });

  it("counts a place given back twice once", () => {
    const { limiter } = limiterWith(2, 0);
    const release = limiter.tryAcquire();
    limiter.tryAcquire();
    release?.();
    release?.();
    expect(limiter.active()).toBe(1);
  });

  it("is idle at once without work, and when the last of it has ended", async () => {
    const { limiter, waitAs } = limiterWith(1, 1);
    await limiter.idle();
    const release = limiter.tryAcquire();
    const waiting = waitAs("last");
    let idle = false;
    const whenIdle = limiter.idle().then(() => {
      idle = true;
    });
    release?.();
    const last = await waiting;
    expect(idle).toBe(false);
    if (typeof last === "function") last();
    await whenIdle;
  });

  it("never holds more than its bounds, ends each wait once, and loses no place, whatever happens", async () => {
    const steps = fc.oneof(
      fc.record({
        kind: fc.constant("arrive" as const),
        criticality: fc.constantFrom(...CRITICALITIES),
        forMs: fc.nat(20),
      }),
      fc.record({ kind: fc.constantFrom("abort" as const, "end" as const, "wait" as const, "turn" as const) }),
      fc.record({ kind: fc.constant("limit" as const), limit: fc.integer({ min: 1, max: 4 }) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.nat(3),
        fc.array(steps, { maxLength: 150 }),
        async (limit, waitersMax, run) => {
          const time = { nowMs: 0 };
          const limiter = createLimiter({ limit, waitersMax, clock: { now: () => time.nowMs } });
          const crowd = crowdAt(limiter, time);
          for (const step of run) {
            crowd.go(step);
            await Promise.resolve();
            expect(limiter.waiting()).toBeLessThanOrEqual(waitersMax);
            if (limiter.waiting() > 0) expect(limiter.active()).toBeGreaterThanOrEqual(limiter.limit());
          }
          for (let rest = 0; rest < 200; rest += 1) {
            crowd.abort();
            crowd.end();
            await Promise.resolve();
          }
          expect([limiter.active(), limiter.waiting()]).toEqual([0, 0]);
          expect(crowd.mistakes).toEqual([]);
          expect(crowd.unsettled()).toBe(0);
          expect(crowd.listeners()).toBe(0);
        },
      ),
    );
  });
});

type Step =
  | { readonly kind: "arrive"; readonly criticality: Criticality; readonly forMs: number }
  | { readonly kind: "limit"; readonly limit: number }
  | { readonly kind: "abort" | "end" | "wait" | "turn" };

/** Some who come, some who go away while they wait, and some who are done. */
function crowdAt(limiter: Limiter, time: { nowMs: number }) {
  const held: Release[] = [];
  const waiting: AbortController[] = [];
  const all: AbortSignal[] = [];
  const mistakes: string[] = [];
  let unsettled = 0;
  let newestFirst = false;
  const hold = (place: Release, deadlineMs: number) => {
    if (limiter.active() > limiter.limit()) mistakes.push("a place over the limit");
    if (deadlineMs <= time.nowMs) mistakes.push("a place after the deadline");
    held.push(place);
  };
  const crowd = {
    mistakes,
    unsettled: () => unsettled,
    listeners: () => all.reduce((sum, signal) => sum + getEventListeners(signal, "abort").length, 0),
    go(step: Step) {
      if (step.kind === "arrive") crowd.arrive(step.criticality, step.forMs);
      else if (step.kind === "limit") limiter.setLimit(step.limit);
      else crowd[step.kind]();
    },
    end: () => held.shift()?.(),
    abort: () => waiting.shift()?.abort(),
    wait() {
      time.nowMs += 5;
    },
    turn() {
      newestFirst = !newestFirst;
      limiter.setNewestFirst(newestFirst);
    },
    arrive(criticality: Criticality, forMs: number) {
      const deadlineMs = time.nowMs + 1 + forMs;
      const place = limiter.tryAcquire();
      if (place) return hold(place, deadlineMs);
      const couldWait = limiter.canWait(criticality);
      const controller = new AbortController();
      waiting.push(controller);
      all.push(controller.signal);
      unsettled += 1;
      let ended = false;
      void limiter.acquire({ criticality, deadlineMs, signal: controller.signal }).then((turn) => {
        if (ended) mistakes.push("a wait that ended twice");
        ended = true;
        unsettled -= 1;
        if (!couldWait && turn !== "evicted") mistakes.push(`no room, but ${String(turn)}`);
        if (typeof turn === "function") hold(turn, deadlineMs);
      });
    },
  };
  return crowd;
}
