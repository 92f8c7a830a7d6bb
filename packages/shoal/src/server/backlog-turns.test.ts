import { describe, expect, it } from "vitest";
import { createBacklogTurns } from "./backlog-turns.ts";
import { createLimiter } from "./limiter.ts";

/** An event loop whose turns a test lets pass; each takes so many connections, and so long. */
function loop() {
  const tasks: (() => void)[] = [];
  const time = { nowMs: 0 };
  const clock = { now: () => time.nowMs, soon: (task: () => void) => void tasks.push(task) };
  const turn = (connected: () => void, { connections = 0, tookMs = 0 } = {}) => {
    time.nowMs += tookMs;
    for (let count = 0; count < connections; count += 1) connected();
    for (const task of tasks.splice(0)) task();
  };
  return { clock, turn, isIdle: () => tasks.length === 0 };
}

function watched() {
  const on = loop();
  let resumed = 0;
  const backlog = createBacklogTurns(on.clock, () => {
    resumed += 1;
  });
  const turn = (options?: { readonly connections?: number; readonly tookMs?: number }) =>
    on.turn(backlog.connected, options);
  return { ...backlog, ...on, turn, resumed: () => resumed };
}

describe("createBacklogTurns", () => {
  it("looks for more connections until a turn has found none, and asks for no turn after that", () => {
    const { isTaking, turn, resumed, isIdle } = watched();
    expect([isTaking(), isIdle()]).toEqual([false, true]);
    for (let count = 0; count < 511; count += 1) {
      turn({ connections: 1 });
      expect(isTaking()).toBe(true);
    }
    turn();
    expect([isTaking(), resumed(), isIdle()]).toEqual([false, 1, true]);
  });

  it.each([
    { what: "600 turns", turn: { connections: 1 }, turns: 600 },
    { what: "50 ms of long ones", turn: { connections: 1, tookMs: 10 }, turns: 6 },
  ])("lets something begin after $what, however many connections come", ({ turn: each, turns }) => {
    const { isTaking, turn, resumed } = watched();
    for (let count = 1; count < turns; count += 1) turn(each);
    expect([isTaking(), resumed()]).toEqual([true, 0]);
    turn(each);
    expect([isTaking(), resumed()]).toEqual([false, 1]);
    turn(each);
    expect(isTaking()).toBe(true);
  });

  it("puts nothing off on a clock that does not tell one turn from another", () => {
    const backlog = createBacklogTurns({ now: () => 0 }, () => {});
    backlog.connected();
    expect(backlog.isTaking()).toBe(false);
  });
});

describe("a limiter whose server takes connections", () => {
  it("gives no place meanwhile, and then to those who came", async () => {
    const { clock, turn } = loop();
    const limiter = createLimiter({ limit: 2, waitersMax: 10, clock });
    limiter.connected();
    expect(limiter.tryAcquire()).toBeUndefined();
    const waiting = limiter.acquire({
      criticality: "default",
      deadlineMs: 1_000,
      signal: new AbortController().signal,
    });
    turn(limiter.connected);
    expect([limiter.active(), limiter.waiting()]).toEqual([0, 1]);
    turn(limiter.connected);
    expect([limiter.active(), limiter.waiting()]).toEqual([1, 0]);
    expect(typeof (await waiting)).toBe("function");
    expect(limiter.tryAcquire()).toBeDefined();
  });

  it("refuses nobody for whom there is a place once the connections are taken", async () => {
    const { clock, turn } = loop();
    const limiter = createLimiter({ limit: 5, waitersMax: 2, clock });
    limiter.connected();
    const waiting = { criticality: "default", deadlineMs: 1_000, signal: new AbortController().signal } as const;
    for (let count = 0; count < 7; count += 1) {
      expect(limiter.canWait("default")).toBe(true);
      void limiter.acquire(waiting);
    }
    expect(limiter.canWait("default")).toBe(false);
    turn(limiter.connected);
    turn(limiter.connected);
    expect([limiter.active(), limiter.waiting(), limiter.canWait("default")]).toEqual([5, 2, false]);
  });
});
