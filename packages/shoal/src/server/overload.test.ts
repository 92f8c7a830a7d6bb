import { describe, expect, it } from "vitest";
import type { Criticality } from "../core/criticality.ts";
import { seededRandom } from "../testing/seeded-random.ts";
import { createSimulatedProcess } from "../testing/simulator/simulated-process.ts";
import { createWorldClock } from "../testing/simulator/world-clock.ts";
import { createLimiter } from "./limiter.ts";
import { SERVE_DEFAULTS } from "./options.ts";
import { createOverload, type OverloadOptions } from "./overload.ts";

const never = new AbortController().signal;

interface Work {
  readonly perSecond: number;
  readonly forMs: number;
  readonly waitsMs: number;
  readonly computesMs: number;
  /** Default: all default. */
  readonly criticalityOf?: (index: number) => Criticality;
}

/** A process that admits and does requests as told. */
function server(given: Partial<OverloadOptions> = {}) {
  const options = { ...SERVE_DEFAULTS, ...given };
  const world = createWorldClock();
  const process = createSimulatedProcess("leaf-1", "leaf", world);
  const { clock } = process;
  const limiter = createLimiter({ limit: options.concurrencyMax, waitersMax: options.waitersMax, clock });
  const overload = createOverload({ limiter, clock, random: seededRandom(1), options });
  const counts = { done: 0, refused: { critical: 0, default: 0, sheddable: 0 } };
  const sleep = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));

  const serve = async ({ waitsMs, computesMs }: Work, criticality: Criticality) => {
    if (overload.refuses(criticality) !== undefined) {
      counts.refused[criticality] += 1;
      return;
    }
    const waiting = { criticality, deadlineMs: clock.now() + 1_000, signal: never };
    const turn = limiter.tryAcquire() ?? (await limiter.acquire(waiting));
    if (typeof turn === "string") return;
    await sleep(waitsMs);
    await process.compute(computesMs);
    counts.done += 1;
    turn();
  };
  const run = async (work: Work) => {
    const { perSecond, forMs, criticalityOf = () => "default" as const } = work;
    for (let index = 0; index < (perSecond * forMs) / 1_000; index += 1) {
      world.after((index * 1_000) / perSecond, () => process.whenAwake(() => void serve(work, criticalityOf(index))));
    }
    await world.run(world.now() + forMs);
  };
  return { overload, limiter, counts, run, world, process };
}

describe("createOverload", () => {
  it("leaves a service alone whose handlers wait for others, however long", async () => {
    const { overload, counts, run } = server();
    await run({ perSecond: 400, forMs: 3_000, waitsMs: 10, computesMs: 0 });
    await run({ perSecond: 400, forMs: 5_000, waitsMs: 500, computesMs: 0 });
    expect(overload.state()).toMatchObject({ limit: 256, queueDelayMs: 0, stressed: false });
    expect(counts.refused.default).toBe(0);
  });

  it("leaves a service alone with little to do, whose few requests compute for long", async () => {
    const { overload, counts, run } = server();
    await run({ perSecond: 5, forMs: 20_000, waitsMs: 0, computesMs: 120 });
    expect(overload.state()).toMatchObject({ limit: 256, stressed: false });
    expect(counts.refused.default).toBe(0);
  });

  it("holds the event loop's delay near what is tolerated, at full use, under twice the load it can do", async () => {
    const { overload, counts, run } = server();
    await run({ perSecond: 1_000, forMs: 4_000, waitsMs: 30, computesMs: 2 });
    const before = counts.done;
    const delaysMs: number[] = [];
    for (let part = 0; part < 20; part += 1) {
      await run({ perSecond: 1_000, forMs: 200, waitsMs: 30, computesMs: 2 });
      delaysMs.push(overload.state().queueDelayMs);
    }
    expect(counts.done - before).toBeGreaterThan(0.95 * 2_000);
    expect(delaysMs.reduce((sum, delayMs) => sum + delayMs, 0) / delaysMs.length).toBeLessThan(40);
    expect(overload.state().stressed).toBe(true);
  });

  it("lowers the limit to what the event loop can do, and raises it again afterwards", async () => {
    const { limiter, run } = server();
    await run({ perSecond: 1_000, forMs: 4_000, waitsMs: 100, computesMs: 2 });
    expect(limiter.limit()).toBeLessThan(128);
    expect(limiter.limit()).toBeGreaterThanOrEqual(8);
    await run({ perSecond: 20, forMs: 10_000, waitsMs: 10, computesMs: 1 });
    expect(limiter.limit()).toBe(256);
  });

  it("leaves the limit alone when told not to adapt it", async () => {
    const { limiter, run } = server({ adaptive: false });
    await run({ perSecond: 1_000, forMs: 4_000, waitsMs: 100, computesMs: 2 });
    expect(limiter.limit()).toBe(256);
  });

  it("refuses what is sheddable, then the rest, and nothing critical, while that is no more than can be done", async () => {
    const { counts, run } = server();
    const mix: readonly Criticality[] = ["critical", "default", "sheddable", "default", "default"];
    await run({
      perSecond: 1_000,
      forMs: 8_000,
      waitsMs: 10,
      computesMs: 2,
      criticalityOf: (index) => mix[index % mix.length] ?? "default",
    });
    expect(counts.refused.critical).toBe(0);
    expect(counts.refused.sheddable / 1_600).toBeGreaterThan(0.8);
    expect(counts.refused.default / 4_800).toBeLessThan(0.6);
  });

  it("refuses also what is critical when there is far too much of it: the event loop is a queue that is full", async () => {
    const { overload, counts, run } = server();
    await run({ perSecond: 1_000, forMs: 8_000, waitsMs: 0, computesMs: 3, criticalityOf: () => "critical" });
    expect(counts.refused.critical).toBeGreaterThan(0);
    expect(overload.state().queueDelayMs).toBeLessThan(1_000);
  });

  it("asks callers to try elsewhere while little is refused, and to stop when most is", async () => {
    const { overload, run } = server();
    expect(overload.nackKind()).toBe("retryable");
    await run({ perSecond: 600, forMs: 5_000, waitsMs: 10, computesMs: 2 });
    expect(overload.nackKind()).toBe("retryable");
    await run({ perSecond: 2_000, forMs: 5_000, waitsMs: 10, computesMs: 2 });
    expect(overload.nackKind()).toBe("final");
    await run({ perSecond: 100, forMs: 5_000, waitsMs: 10, computesMs: 2 });
    expect(overload.nackKind()).toBe("retryable");
  });

  it("counts the wait for a place as queueing, and serves the newest first meanwhile", async () => {
    const { overload, counts, run } = server({ concurrencyMax: 10 });
    await run({ perSecond: 300, forMs: 5_000, waitsMs: 50, computesMs: 0 });
    expect(overload.state().stressed).toBe(true);
    expect(counts.refused.default / 1_500).toBeGreaterThan(0.2);
    expect(counts.done).toBeGreaterThan(950);
    await run({ perSecond: 100, forMs: 5_000, waitsMs: 50, computesMs: 0 });
    expect(overload.state()).toMatchObject({ stressed: false, waiting: 0, queueDelayMs: 0 });
  });

  it("keeps no timer when nothing comes in", async () => {
    const { run, world } = server();
    await run({ perSecond: 1_000, forMs: 1_000, waitsMs: 10, computesMs: 2 });
    await world.run(world.now() + 5_000);
    expect(world.pending()).toBe(0);
  });
});
