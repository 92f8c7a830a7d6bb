import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import type { SupervisorMessage } from "../../discovery/supervisor-line.ts";
import { askInMemory } from "../../testing/ask-in-memory.ts";
import { createFakeRuntime } from "../../testing/fake-runtime.ts";
import { createCitizen } from "./citizen.ts";
import { DRAIN_DEFAULTS, resolveDrainOptions } from "./drain.ts";

function make({ service = "shop" } = {}) {
  const runtime = createFakeRuntime({ identity: { service, instance: "shop-1" } });
  const told: SupervisorMessage[] = [];
  const problems: string[] = [];
  let flushed = 0;
  const citizen = createCitizen({
    ports: runtime.ports,
    identity: runtime.identity,
    runtime: async () => runtime,
    tell: (message) => void told.push(message),
    flush: async () => {
      flushed += 1;
    },
    report: (what) => void problems.push(what),
    drain: DRAIN_DEFAULTS,
  });
  return { ...runtime, citizen, told, problems, flushed: () => flushed };
}

/** A server with one request in progress, which `answer` ends. */
async function busy(citizen: ReturnType<typeof make>["citizen"]) {
  const arrived = Promise.withResolvers<() => void>();
  const server = createServer((_, response) => arrived.resolve(() => response.end("done")));
  citizen.adopt(server);
  const reply = askInMemory(server, "/slow");
  return { server, reply, answer: await arrived.promise };
}

describe("createCitizen", () => {
  it("registers the app's address, and says so to the supervisor", async () => {
    const { citizen, registry, told } = make();
    await citizen.join("http://127.0.0.1:4001");
    expect(registry.registered()).toEqual([
      {
        id: "shop-1",
        service: "shop",
        address: "http://127.0.0.1:4001",
        realm: "local",
        zone: "local",
        release: "dev",
        contract: "",
      },
    ]);
    expect(told).toEqual([{ kind: "listening", address: "http://127.0.0.1:4001" }, { kind: "ready" }]);
  });

  it("registers nothing for a process that nobody named", async () => {
    const { citizen, registry, told } = make({ service: "" });
    await citizen.join("http://127.0.0.1:4001");
    expect(registry.events).toEqual([]);
    expect(told).toHaveLength(2);
  });

  it("leaves the old address before it enters under a new one", async () => {
    const { citizen, registry } = make();
    await citizen.join("http://127.0.0.1:4001");
    await citizen.join("http://127.0.0.1:4002");
    expect(registry.events).toEqual(["register shop-1", "leave shop-1", "register shop-1"]);
  });

  it("drains an app that ends by the signal: leaves, waits, finishes what is in progress, then is done", async () => {
    const { citizen, registry, ports, flushed } = make();
    await citizen.join("http://127.0.0.1:4001");
    const { reply, answer } = await busy(citizen);
    let left = false;
    void citizen.leave(false).then(() => {
      left = true;
    });
    await ports.clock.advance(1_000);
    expect(registry.registered()).toEqual([]);
    expect(left).toBe(false);
    answer();
    expect((await reply).text).toBe("done");
    await ports.clock.advance(0);
    expect(left).toBe(true);
    expect(flushed()).toBe(1);
  });

  it("cuts what takes longer than drainMs", async () => {
    const { citizen, ports } = make();
    const { reply } = await busy(citizen);
    reply.catch(() => {});
    let left = false;
    void citizen.leave(false).then(() => {
      left = true;
    });
    await ports.clock.advance(250 + 7_999);
    expect(left).toBe(false);
    await ports.clock.advance(1);
    expect(left).toBe(true);
  });

  it("gives an app that listens to the signal its turn after 3 s at most, and closes nothing of it", async () => {
    const { citizen, ports } = make();
    const { server, answer, reply } = await busy(citizen);
    let closed = false;
    server.close = (() => {
      closed = true;
    }) as unknown as typeof server.close;
    let left = false;
    void citizen.leave(true).then(() => {
      left = true;
    });
    await ports.clock.advance(250 + 2_999);
    expect(left).toBe(false);
    await ports.clock.advance(1);
    expect(left).toBe(true);
    expect(closed).toBe(false);
    answer();
    expect((await reply).status).toBe(200);
  });

  it("drains once, however often it is asked to, and does not register after that", async () => {
    const { citizen, ports, registry } = make();
    expect(citizen.leave(true)).toBe(citizen.leave(false));
    await ports.clock.advance(1_000);
    await citizen.join("http://127.0.0.1:4001");
    expect(registry.events).toEqual([]);
  });

  it("reports what keeps it from joining, and goes on", async () => {
    const { problems, ...rest } = make();
    const citizen = createCitizen({
      ports: rest.ports,
      identity: rest.identity,
      runtime: () => Promise.reject(new Error("no telemetry")),
      tell: () => {},
      flush: async () => {},
      report: (what) => void problems.push(what),
      drain: DRAIN_DEFAULTS,
    });
    await citizen.join("http://127.0.0.1:4001");
    expect(problems).toEqual(["the app could not be registered"]);
  });
});

describe("resolveDrainOptions", () => {
  it.each(["drainPropagationMs", "drainMs", "drainMsBeforeApp"] as const)("rejects a negative %s", (option) => {
    expect(() => resolveDrainOptions({ [option]: -1 })).toThrow(`[OPTION_INVALID] ${option}`);
  });
});
