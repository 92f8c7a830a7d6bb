import { describe, expect, it } from "vitest";
import { createSimulatedProcess } from "../testing/simulator/simulated-process.ts";
import { createWorldClock } from "../testing/simulator/world-clock.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createLoopDelay, SAMPLE_MS } from "./loop-delay.ts";

/** The loop of a process that can stand still, and its delay. */
function loop() {
  const world = createWorldClock();
  const process = createSimulatedProcess("leaf-1", "leaf", world);
  const looks: number[] = [];
  const delay = createLoopDelay(process.clock, (nowMs) => {
    looks.push(nowMs);
    return looks.length < 100;
  });
  const run = (ms: number) => world.run(world.now() + ms);
  return { run, process, delay, looks };
}

describe("createLoopDelay", () => {
  it("has a timer only while there is work", async () => {
    const clock = createVirtualClock();
    const delay = createLoopDelay(clock);
    expect(clock.pending()).toBe(0);
    for (let turn = 0; turn < 3; turn += 1) {
      for (let request = 0; request < 5; request += 1) delay.wake();
      expect(clock.pending()).toBe(1);
      await clock.advance(3 * SAMPLE_MS);
      expect(clock.pending()).toBe(0);
    }
  });

  it("looks once more after the last piece of work, unless it is asked to go on", async () => {
    const clock = createVirtualClock();
    const looks: number[] = [];
    const delay = createLoopDelay(clock, (nowMs) => {
      looks.push(nowMs);
      return nowMs === 2 * SAMPLE_MS;
    });
    delay.wake();
    await clock.advance(100);
    expect(looks).toEqual([10, 20, 30]);
  });

  it("is how late the loop was at the last look", async () => {
    const { run, process, delay, looks } = loop();
    delay.wake();
    await run(25);
    process.stall(60);
    await run(60);
    expect(looks).toEqual([10, 20, 85]);
    expect(delay.lastMs()).toBe(55);
  });

  it("takes one stop of the loop for no queue, and several on end for one", async () => {
    const { run, process, delay } = loop();
    delay.wake();
    for (let stop = 1; stop <= 6; stop += 1) {
      await run(1);
      process.stall(40);
      await run(40);
      expect(delay.standingMs() > 0, `after ${stop} stops`).toBe(stop >= 4);
    }
    await run(2 * SAMPLE_MS);
    expect(delay.standingMs()).toBe(0);
  });

  it("is none of the time for which others had the CPU", async () => {
    const clock = createVirtualClock();
    const late = { ...clock, after: (ms: number, task: () => void) => clock.after(ms + 50, task) };
    const starved = (share: number) => createLoopDelay({ ...late, starvedMs: () => clock.now() * share });
    const delays = [starved(0), starved(0.5), starved(1)];
    for (let look = 0; look < 5; look += 1) {
      for (const delay of delays) delay.wake();
      await clock.advance(60);
    }
    expect(delays.map((delay) => delay.standingMs())).toEqual([50, 20, 0]);
  });

  it("forgets what was before a long rest", async () => {
    const clock = createVirtualClock();
    const late = { ...clock, after: (ms: number, task: () => void) => clock.after(ms + 50, task) };
    const delay = createLoopDelay(late);
    for (let look = 0; look < 4; look += 1) {
      delay.wake();
      await clock.advance(SAMPLE_MS + 50);
    }
    expect(delay.standingMs()).toBe(50);
    await clock.advance(100); // so long what was seen holds
    delay.wake();
    expect(delay.standingMs()).toBe(50);
    await clock.advance(1_000);
    delay.wake();
    expect([delay.standingMs(), delay.lastMs()]).toEqual([0, 0]);
  });
});
