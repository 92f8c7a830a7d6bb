import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract } from "../../contract/contract.ts";
import { get, post } from "../../contract/operation.ts";
import { constant } from "./distribution.ts";
import { worker } from "./worker.ts";
import { createWorld } from "./world.ts";

const leaf = contract("leaf", {
  work: get("/work", { returns: z.object({}) }),
  change: post("/work", { returns: z.object({}) }),
});

/** Instances that take 100 ms, over links of 1 ms, and one caller. */
async function leaves(instances: number) {
  const world = createWorld();
  world.network.change({ latencyMs: constant(1) });
  const started = await world.start("leaf", (instance) => worker(instance, constant(100)), { instances });
  const caller = world.join("shop");
  const shop = caller.use(leaf);
  await world.until(shop.work());
  /** Begins a call and says, later, how it ended and when. */
  const begin = (kind: "work" | "change" = "work") => {
    const startMs = world.clock.now();
    const ended: { ms: number | undefined; code: string } = { ms: undefined, code: "" };
    const end = (code: string) => Object.assign(ended, { ms: Math.round(world.clock.now() - startMs), code });
    shop[kind]().then(
      () => end("ok"),
      (cause) => end(cause.code),
    );
    return ended;
  };
  const [first] = started;
  if (!first) throw new Error("nothing started");
  return { world, started, first, caller, begin };
}

describe("an instance", () => {
  it("that crashes loses what it had begun, and refuses what comes after", async () => {
    const { world, first, begin } = await leaves(1);
    const begun = begin("change");
    await world.run(50);
    first.crash();
    await world.run(10);
    expect(begun).toEqual({ ms: 51, code: "CONNECTION_LOST" });
    const after = begin();
    await world.run(2_000);
    expect(after.code).toBe("NO_INSTANCE");
    expect(world.registry.instances()).toEqual([]);
  });

  it("that crashes unseen stays in the registry until its lease has run out", async () => {
    const { world, first } = await leaves(1);
    first.crash({ unseen: true });
    await world.run(6_000);
    expect(world.registry.instances()).toHaveLength(1);
    await world.run(6_000);
    expect(world.registry.instances()).toHaveLength(0);
  });

  it("that stops finishes what it has begun", async () => {
    const { world, first, begin } = await leaves(2);
    const begun = Array.from({ length: 20 }, () => begin());
    await world.run(5);
    await world.until(first.stop());
    expect(begun.every(({ code }) => code === "ok")).toBe(true);
    expect(world.registry.instances().map(({ id }) => id)).toEqual(["leaf-2"]);
    const after = begin();
    await world.run(200);
    expect(after.code).toBe("ok");
  });

  it("that stands still answers when it is awake again", async () => {
    const { world, first, begin } = await leaves(1);
    first.stall(400);
    const call = begin();
    await world.run(600);
    expect(call).toEqual({ ms: 501, code: "ok" });
  });

  it("that computes does one thing at a time: what comes in, and what is due, waits", async () => {
    const world = createWorld();
    const busy = world.join("busy");
    const { clock } = busy.runtime.ports;
    const happened: string[] = [];
    const note = (what: string) => () => void happened.push(`${what} at ${world.clock.now()}`);
    clock.after(10, () => void busy.compute(30).then(note("first done")));
    clock.after(15, () => void busy.compute(30).then(note("second done")));
    clock.after(20, note("timer"));
    await world.run(100);
    expect(happened).toEqual(["first done at 40", "second done at 70", "timer at 70"]);
  });

  it("that stands still times nothing out meanwhile", async () => {
    const { world, caller, begin } = await leaves(1);
    const call = begin();
    await world.run(50);
    caller.stall(20_000);
    await world.run(10_000);
    expect(call.ms).toBeUndefined();
    await world.run(11_000);
    expect(call.ms).toBeGreaterThan(19_000);
  });

  it("that is disturbed is slow, or fails as told, until that ends", async () => {
    const { world, first, begin } = await leaves(1);
    const heal = first.disturb({ delayMs: constant(50), failures: (request) => request % 2 === 0 });
    const [failing, slow] = [begin("change"), begin()];
    await world.run(200);
    expect(failing).toEqual({ ms: 52, code: "UPSTREAM_FAILED" });
    expect(slow).toEqual({ ms: 154, code: "ok" });
    heal();
    const well = begin();
    await world.run(200);
    expect(well).toEqual({ ms: 102, code: "ok" });
  });
});

describe("the network", () => {
  it("may refuse connections, from one to another", async () => {
    const { world, begin } = await leaves(2);
    world.network.change({ path: "refused" }, { from: "shop", to: "leaf-1" });
    const calls = Array.from({ length: 10 }, () => begin());
    // an instance that has not answered yet gets a few at a time: the other six wait for the first four
    await world.run(250);
    expect(calls.every(({ code }) => code === "ok")).toBe(true);
  });

  it("may be severed: what is under way hears nothing, and no connection comes about", async () => {
    const { world, begin } = await leaves(1);
    const begun = begin("change");
    await world.run(50);
    const heal = world.network.partition(["shop"], ["leaf"]);
    await world.run(3_000);
    expect(begun).toEqual({ ms: 3_000, code: "ATTEMPT_TIMEOUT" });
    const vain = begin("change");
    await world.run(2_500);
    expect(vain.code).toBe("NO_INSTANCE");
    heal();
    await world.run(3_000);
    const after = begin();
    await world.run(2_000);
    expect(after.code).toBe("ok");
  });

  it("may lose messages", async () => {
    const { world, begin } = await leaves(1);
    world.network.change({ lossRatio: 1 });
    const lost = begin("change");
    await world.run(4_000);
    expect(lost).toEqual({ ms: 3_000, code: "ATTEMPT_TIMEOUT" });
  });
});

describe("a fault that is injected", () => {
  it("makes calls slow, or fail, and ends by itself, also while the registry is down", async () => {
    const { world, begin } = await leaves(1);
    world.fault({ service: "leaf", latencyMs: 500, forMs: 10_000 });
    await world.run(10);
    const slow = begin();
    await world.run(2_000);
    expect(slow).toEqual({ ms: 602, code: "ok" });
    world.fault({ service: "leaf", errorRatio: 1, status: 500, forMs: 5_000 });
    await world.run(10);
    const failed = begin("change");
    await world.run(2_000);
    expect(failed.code).toBe("FAULT_INJECTED");
    world.registry.goDown();
    await world.run(8_000);
    const after = begin("change");
    await world.run(500);
    expect(after).toEqual({ ms: 102, code: "ok" });
  });

  it("is checked", async () => {
    const { world } = await leaves(1);
    expect(() => world.fault({ service: "leaf", errorRatio: 0.6, dropRatio: 0.6, forMs: 1 })).toThrow("dropRatio");
    expect(() => world.fault({ service: "leaf", forMs: 3_600_001 })).toThrow("forMs");
  });
});

describe("the registry", () => {
  it("that comes back without its memory is told again by all who live", async () => {
    const { world, begin } = await leaves(2);
    world.registry.goDown();
    await world.run(60_000);
    world.registry.comeBack({ forgetful: true });
    expect(world.registry.instances()).toHaveLength(0);
    await world.run(5_000);
    expect(world.registry.instances()).toHaveLength(2);
    const call = begin();
    await world.run(200);
    expect(call.code).toBe("ok");
  });

  it("is not needed by a process that starts while it is down, once another of its service has asked it", async () => {
    const { world } = await leaves(1);
    world.registry.goDown();
    const late = world.join("shop").use(leaf);
    await world.until(late.work());
    expect(world.clock.now()).toBeGreaterThan(1_000);
  });
});
