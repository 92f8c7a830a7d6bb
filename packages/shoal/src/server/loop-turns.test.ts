import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLimiter } from "./limiter.ts";
import { createLoopTurns } from "./loop-turns.ts";

/** An event loop whose turns a test lets pass, one by one. */
function loop() {
  const tasks: (() => void)[] = [];
  const time = { nowMs: 0 };
  const clock = {
    now: () => time.nowMs,
    after: () => () => {},
    soon: (task: () => void) => void tasks.push(task),
    settled: (task: () => void) => queueMicrotask(() => process.nextTick(task)),
  };
  const turn = () => {
    for (const task of tasks.splice(0)) task();
  };
  return { clock, time, turn, isIdle: () => tasks.length === 0 };
}

/** Turns of which a test knows what it begins. */
function turnsOn({ clock, time }: Pick<ReturnType<typeof loop>, "clock" | "time">) {
  let resumed = 0;
  const turns = createLoopTurns(clock, () => {
    resumed += 1;
  });
  /** Begins something that keeps the event loop for so long. */
  const compute = async (ms: number) => {
    turns.began(false);
    time.nowMs += ms;
    await new Promise(setImmediate);
  };
  return { turns, compute, resumed: () => resumed };
}

describe("createLoopTurns", () => {
  it("lets begin whatever comes until what computed for over 1 ms has taken 10 ms, and nothing more in that turn", async () => {
    const on = loop();
    const { turns, compute } = turnsOn(on);
    expect(turns.mayBegin()).toBe(true);
    await compute(10);
    expect(turns.mayBegin()).toBe(true);
    for (let count = 0; count < 100; count += 1) await compute(0.5);
    expect(turns.mayBegin()).toBe(true);
    await compute(2);
    expect(turns.mayBegin()).toBe(false);
  });

  it("does not count time in which nothing was begun: it is not this that is to be put off", () => {
    const on = loop();
    const { turns } = turnsOn(on);
    turns.mayBegin();
    on.time.nowMs += 1_000;
    expect(turns.mayBegin()).toBe(true);
  });

  it.each([
    { requestsEachTurn: 0, turnMs: 0, turns: 3 },
    { requestsEachTurn: 5, turnMs: 0, turns: 17 },
    { requestsEachTurn: 5, turnMs: 4, turns: 4 },
  ])("reads on for $turns turns when $requestsEachTurn requests come in each of $turnMs ms", async (given) => {
    const on = loop();
    const { turns, compute, resumed } = turnsOn(on);
    turns.mayBegin();
    await compute(50);
    expect(turns.mayBegin()).toBe(false);
    const before = resumed();
    let count = 0;
    while (resumed() === before && count < 100) {
      for (let request = 0; request < given.requestsEachTurn; request += 1) turns.arrived();
      expect(turns.mayBegin()).toBe(false);
      on.time.nowMs += given.turnMs;
      on.turn();
      count += 1;
    }
    expect(count).toBe(given.turns);
    expect(turns.mayBegin()).toBe(true);
  });

  it("goes on at once after what computes little, and reads no turn first", async () => {
    const on = loop();
    const { turns, compute } = turnsOn(on);
    for (let count = 0; count < 5; count += 1) {
      expect(turns.mayBegin()).toBe(true);
      await compute(1);
      on.turn();
    }
  });

  it("leaves the event loop alone when nobody waits", async () => {
    const on = loop();
    const { turns, compute } = turnsOn(on);
    turns.mayBegin();
    await compute(50);
    for (let count = 0; count < 30; count += 1) on.turn();
    expect(on.isIdle()).toBe(true);
  });
});

describe("a limiter on such an event loop", () => {
  it("begins one of those that compute a turn, the most critical of the newest first when told so", async () => {
    const { clock, time, turn } = loop();
    const limiter = createLimiter({ limit: 100, waitersMax: 10, clock });
    limiter.setNewestFirst(true);
    const begun: string[] = [];
    const begin = async (name: string, criticality: "critical" | "default") => {
      const turnOf =
        limiter.tryAcquire() ??
        (await limiter.acquire({ criticality, deadlineMs: 1_000, signal: new AbortController().signal }));
      if (typeof turnOf === "string") return;
      begun.push(name);
      time.nowMs += 30; // it computes
      turnOf();
    };
    const all = [
      begin("first", "default"),
      begin("old", "default"),
      begin("vital", "critical"),
      begin("new", "default"),
    ];
    await Promise.resolve();
    expect(begun).toEqual(["first"]);
    for (let count = 0; count < 20; count += 1) {
      turn();
      await new Promise(setImmediate);
    }
    await Promise.all(all);
    expect(begun).toEqual(["first", "vital", "new", "old"]);
  });

  it("gives everyone who waits a place in the end, whatever takes how long", async () => {
    const work = fc.record({ computesMs: fc.constantFrom(0, 1, 30), keptTurns: fc.integer({ min: 0, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(work, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), async (works, limit) => {
        const { clock, time, turn } = loop();
        const limiter = createLimiter({ limit, waitersMax: 100, clock });
        let done = 0;
        const serve = async ({ computesMs, keptTurns }: { computesMs: number; keptTurns: number }) => {
          const signal = new AbortController().signal;
          const got =
            limiter.tryAcquire() ??
            (await limiter.acquire({ criticality: "default", deadlineMs: Number.POSITIVE_INFINITY, signal }));
          if (typeof got === "string") return;
          expect(limiter.active()).toBeLessThanOrEqual(limit);
          time.nowMs += computesMs;
          for (let count = 0; count < keptTurns; count += 1) await new Promise(setImmediate);
          got();
          done += 1;
        };
        const all = works.map(serve);
        for (let count = 0; done < works.length && count < 2_000; count += 1) {
          turn();
          await new Promise(setImmediate);
        }
        expect(done).toBe(works.length);
        await Promise.all(all);
        expect(limiter.active()).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});
