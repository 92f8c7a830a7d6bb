import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { currentRuntime, withRuntime } from "../client/process-runtime.ts";
import { contract } from "../contract/contract.ts";
import { contractHash } from "../contract/hash.ts";
import { get } from "../contract/operation.ts";
import type { SupervisorMessage } from "../discovery/supervisor-line.ts";
import { createFakeRuntime, type FakeRuntimeOptions } from "../testing/fake-runtime.ts";
import { arrivingContext } from "../transport/arrival.ts";
import type { Life } from "./life.ts";
import type { ListenOptions } from "./listen.ts";
import { listen } from "./listen.ts";
import { resolveServeOptions, type ServeOptions } from "./options.ts";
import { createServed } from "./served.ts";

const ping = contract("ping", { ping: get("/ping", { returns: z.object({ pong: z.string() }) }) });
const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close()));
});

interface Given extends FakeRuntimeOptions {
  readonly handlers?: unknown;
  readonly options?: Partial<ServeOptions>;
}

function serving(given: Given = {}) {
  const runtime = createFakeRuntime(given);
  const told: SupervisorMessage[] = [];
  const served = createServed({
    contract: ping,
    handlers: given.handlers ?? { ping: () => ({ pong: "yes" }) },
    options: resolveServeOptions({ drainPropagationMs: 0, ...given.options }),
    tell: (message) => void told.push(message),
  });
  const start = async (options: ListenOptions = {}) => {
    const listening = await withRuntime(runtime, () => served.listen({ port: 0, ...options }));
    // Time stands still but for the test: closing needs it to pass.
    open.push({
      close: async () => void (await Promise.all([listening.close(), runtime.ports.clock.advance(60_000)])),
    });
    return listening;
  };
  return { ...served, runtime, told, start, clock: runtime.ports.clock };
}

const request = { method: "GET", target: "/ping", headers: {}, body: undefined };
const arriving = () => arrivingContext(new AbortController().signal);

describe("what the handlers' maker is given", () => {
  it("ends in order: the signal when the service begins to stop, what it opened after the last request", async () => {
    const steps: string[] = [];
    const answering = Promise.withResolvers<{ pong: string }>();
    const begun = Promise.withResolvers<void>();
    const { start, clock } = serving({
      handlers: ({ signal, onClose }: Life) => {
        signal.addEventListener("abort", () => steps.push("background work ends"));
        onClose(() => void steps.push("database closes"));
        return {
          ping: () => {
            begun.resolve();
            return answering.promise;
          },
        };
      },
    });
    const { address, close } = await start();
    const reply = fetch(`${address}/ping`).then((answer) => answer.json());
    await begun.promise;
    const closing = close();
    await clock.advance(1_000);
    expect(steps).toEqual(["background work ends"]);
    answering.resolve({ pong: "late" });
    expect(await reply).toEqual({ pong: "late" });
    await Promise.all([closing, clock.advance(1_000)]);
    expect(steps).toEqual(["background work ends", "database closes"]);
  });
});

describe("listen", () => {
  it("answers at its address, is in the registry, and tells its supervisor, in this order", async () => {
    const { start, told, runtime } = serving({ identity: { service: "ping", instance: "ping-7", zone: "b" } });
    const { address } = await start();
    expect(await (await fetch(`${address}/ping`)).json()).toEqual({ pong: "yes" });
    expect(runtime.registry.registered()).toMatchObject([
      { id: "ping-7", service: "ping", address, realm: "local", zone: "b", release: "dev", contract: "" },
    ]);
    expect(told).toEqual([{ kind: "listening", address }, { kind: "ready" }]);
  });

  it("warns when schemas have no JSON Schema, so that their texts are not converted", async () => {
    const { "~standard": standard } = z.object({ qty: z.number() });
    const { jsonSchema: _, ...validating } = standard;
    const query = { "~standard": validating };
    const prices = contract("prices", { list: get("/prices", { query, returns: z.string() }) });
    const runtime = createFakeRuntime();
    const options = resolveServeOptions({ drainPropagationMs: 0 });
    const served = createServed({ contract: prices, handlers: { list: () => "" }, options, tell() {} });
    const listening = await withRuntime(runtime, () => served.listen({ port: 0 }));
    await Promise.all([listening.close(), runtime.ports.clock.advance(60_000)]);
    expect(runtime.log.lines).toContainEqual(
      expect.objectContaining({ level: "warn", fields: expect.objectContaining({ parts: "list.query" }) }),
    );
  });

  it("gives the registry the contract's hash once it is known, a second after the start", async () => {
    const { start, runtime, clock } = serving();
    await start();
    await clock.advance(999);
    expect(runtime.registry.registered()).toMatchObject([{ contract: "" }]);
    await clock.advance(1);
    await expect.poll(() => ({ ...runtime.registry.registered()[0] }).contract).toBe(contractHash(ping));
  });

  it("counts as ready without a registry that does not answer within a second", async () => {
    const { start, runtime, told, clock } = serving();
    const register = runtime.registry.register;
    Object.assign(runtime.registry, {
      register: (instance: Parameters<typeof register>[0]) => ({
        ...register(instance),
        registered: new Promise(() => {}),
      }),
    });
    const starting = start();
    await expect.poll(() => told.length).toBe(1);
    await clock.advance(999);
    expect(told).toHaveLength(1);
    await clock.advance(1);
    await starting;
    expect(told.at(-1)).toEqual({ kind: "ready" });
  });

  it("names an instance after its service when nobody else named it", async () => {
    const { start, runtime } = serving();
    await start();
    expect(runtime.registry.registered()).toMatchObject([{ id: "ping-process-1" }]);
  });

  it("refuses to serve another contract than the fleet knows the process by", async () => {
    const { start, told, runtime } = serving({ identity: { service: "quotes" } });
    await expect(start()).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: /knows this process as "quotes", but it serves the contract "ping"/,
    });
    expect(told).toMatchObject([{ kind: "failed", message: /CONFIG_INVALID/ }]);
    expect(runtime.registry.events).toEqual([]);
  });

  it("says that the port is taken, to its supervisor too", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const { start, told } = serving();
    await expect(start({ port })).rejects.toMatchObject({ code: "PORT_TAKEN", details: { port } });
    expect(told).toMatchObject([{ kind: "failed", message: expect.stringContaining(`127.0.0.1:${port}`) }]);
    other.close();
  });

  it("makes the handlers first, in the runtime that listens, and once", async () => {
    const made: unknown[] = [];
    const handlers = async () => {
      made.push(currentRuntime());
      return { ping: () => ({ pong: String(currentRuntime() === made[0]) }) };
    };
    const { start, runtime } = serving({ handlers });
    const [first, second] = [await start(), await start()];
    expect(made).toEqual([runtime]);
    for (const { address } of [first, second]) {
      expect(await (await fetch(`${address}/ping`)).json()).toEqual({ pong: "true" });
    }
  });

  it("makes them anew in another runtime, so that two instances in one process share no state", async () => {
    const handlers = () => {
      let calls = 0;
      return { ping: () => ({ pong: String(++calls) }) };
    };
    const { start, listen: listenOf } = serving({ handlers });
    const other = createFakeRuntime();
    const [first, second] = [await start(), await withRuntime(other, () => listenOf({ port: 0 }))];
    open.push({ close: async () => void (await Promise.all([second.close(), other.ports.clock.advance(60_000)])) });
    for (const { address } of [first, second]) {
      expect(await (await fetch(`${address}/ping`)).json()).toEqual({ pong: "1" });
    }
  });

  it.each([
    ["throw", () => Promise.reject(new Error("no database")), "ping could not make its handlers: no database"],
    ["are not complete", () => ({}), "ping has no handler for ping"],
  ])("does not listen when the handlers %s", async (_, handlers, message) => {
    const { start, told, runtime } = serving({ handlers });
    await expect(start()).rejects.toMatchObject({ code: "SERVICE_FAILED" });
    expect(told).toEqual([{ kind: "failed", message: `[SERVICE_FAILED] ${message}` }]);
    expect(runtime.registry.events).toEqual([]);
  });
});

describe("listen's surroundings", () => {
  const { runtime } = serving();
  const assembled = {
    handle: async () => ({ status: 204, headers: {}, body: undefined }),
    lifecycle: { phase: () => "ready" as const, advance: () => {} },
    limiter: { idle: async () => {} },
  } as never;
  const parts = (environment: Record<string, string>) => {
    const options = resolveServeOptions({ drainPropagationMs: 0 });
    return { service: "ping", assembled, runtime, options, environment, tell: () => {} };
  };

  it.each(["http", "-1", "65536", "1.5"])("refuse PORT=%s", async (PORT) => {
    await expect(listen(parts({ PORT }))).rejects.toThrow(`[OPTION_INVALID] PORT must be an integer from 0 to 65535`);
  });

  it("give the port and the host, where the caller gives none", async () => {
    const listening = await listen(parts({ PORT: "", SHOAL_HOST: "0.0.0.0" }));
    expect(listening.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await Promise.all([listening.close(), runtime.ports.clock.advance(1)]);
    const other = await listen(parts({ SHOAL_HOST: "0.0.0.0", PORT: "1" }), { port: 0, host: "::1" }).catch(() => null);
    if (!other) return; // a machine without IPv6
    expect(other.address).toMatch(/^http:\/\/\[::1\]:\d+$/);
    await Promise.all([other.close(), runtime.ports.clock.advance(1)]);
  });
});

describe("close", () => {
  it("is the same however often it is asked for, and leaves nothing behind", async () => {
    const { start, runtime, clock } = serving();
    const listening = await start();
    const closing = listening.close();
    expect(listening.close()).toBe(closing);
    expect(listening[Symbol.asyncDispose]()).toBe(closing);
    await clock.advance(10_000);
    await closing;
    expect(runtime.registry.events).toEqual(["register ping-process-1", "leave ping-process-1"]);
    await expect(fetch(`${listening.address}/ping`)).rejects.toThrow();
  });
});

describe("handle", () => {
  it("is the whole server without sockets", async () => {
    const runtime = createFakeRuntime();
    const served = withRuntime(runtime, () =>
      createServed({ contract: ping, handlers: { ping: () => ({ pong: "yes" }) }, options: resolveServeOptions({}) }),
    );
    expect(await served.handle(request, arriving())).toMatchObject({ status: 200 });
    expect(await served.handle({ ...request, target: "/health/ready" }, arriving())).toMatchObject({ status: 200 });
    expect(runtime.served).toMatchObject([{ operation: "ping" }]);
    expect(runtime.registry.events).toEqual([]);
  });

  it("runs in the runtime around serve(), whoever's call brings the first request", async () => {
    const [own, callers] = [createFakeRuntime(), createFakeRuntime()];
    let seen: unknown;
    const handlers = {
      ping: () => {
        seen = currentRuntime();
        return { pong: "yes" };
      },
    };
    const options = resolveServeOptions({});
    const served = withRuntime(own, () => createServed({ contract: ping, handlers, options }));
    await withRuntime(callers, () => served.handle(request, arriving()));
    expect(seen).toBe(own);
  });

  it("answers, and never rejects, when the handlers cannot be made", async () => {
    const { handle, runtime } = serving({
      handlers: () => {
        throw new Error("no database");
      },
    });
    const reply = await withRuntime(runtime, () => handle(request, arriving()));
    expect([reply.status, String(reply.body)]).toEqual([500, expect.stringContaining("SERVICE_FAILED")]);
  });
});
