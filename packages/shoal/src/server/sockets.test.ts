import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { request as httpRequest } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { Pool, request } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { withRuntime } from "../client/process-runtime.ts";
import { contract } from "../contract/contract.ts";
import { get, post } from "../contract/operation.ts";
import type { Instance } from "../discovery/instance.ts";
import { createFakeRegistry } from "../testing/fake-registry.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { rawHttp } from "../testing/raw-http.ts";
import { systemPorts } from "../transport/system-ports.ts";
import { resolveServeOptions, type ServeOptions } from "./options.ts";
import { createServed } from "./served.ts";

const Note = z.object({ text: z.string(), tags: z.array(z.string()).optional() });
const notes = contract("notes", {
  add: post("/notes", { body: Note, returns: Note }),
  list: get("/notes", { query: z.object({ tag: z.string() }), returns: z.array(Note) }),
  hang: get("/hang", {}),
  boom: get("/boom", {}),
  wrong: get("/wrong", { returns: Note }),
});
const handlers = {
  add: ({ body }: { body: unknown }) => body,
  list: () => [],
  hang: () => new Promise(() => {}),
  boom: () => {
    throw new Error("in the handler");
  },
  wrong: () => ({ text: 42 }),
};

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close()));
});

async function listening(given: Partial<ServeOptions> = {}, id = "notes-1", registry = createFakeRegistry()) {
  const identity = { service: "notes", instance: id };
  const runtime = { ...createFakeRuntime({ identity, registry }), ports: systemPorts };
  const options = resolveServeOptions({ drainPropagationMs: 0, drainMs: 1_000, ...given });
  const served = createServed({ contract: notes, handlers, options, tell: () => {} });
  const started = await withRuntime(runtime, () => served.listen({ port: 0 }));
  open.push(started);
  return { ...started, runtime, port: Number(new URL(started.address).port) };
}

const json = { "content-type": "application/json" };

describe("connections that come together", () => {
  it("are all taken before a request of one of them begins, and all answered", async () => {
    let connections = 0;
    const takenAtBegin: number[] = [];
    const onTaken = () => {
      connections += 1;
    };
    const busy = contract("busy", { work: get("/work", { returns: z.string() }) });
    const served = createServed({
      contract: busy,
      handlers: {
        work: () => {
          takenAtBegin.push(connections);
          return "done";
        },
      },
      options: resolveServeOptions({ drainPropagationMs: 0 }),
      tell: () => {},
    });
    // The callers compute in the same process: how long its turns take is not what is tested.
    const ports = { ...systemPorts, clock: { ...systemPorts.clock, now: () => 0 } };
    const started = await withRuntime({ ...createFakeRuntime(), ports }, () => served.listen({ port: 0 }));
    open.push(started);
    await (await fetch(`${started.address}/work`)).text(); // loads what the first request needs
    const before = takenAtBegin.length;
    subscribe("net.server.socket", onTaken);
    try {
      const asked = Array.from({ length: 100 }, () => rawGet(started.address, "/work"));
      expect(await Promise.all(asked)).toEqual(Array.from({ length: 100 }, () => 200));
    } finally {
      unsubscribe("net.server.socket", onTaken);
    }
    expect(takenAtBegin.slice(before)).toEqual(Array.from({ length: 100 }, () => 100));
  });
});

/** Over a connection of its own; answers with the status. */
function rawGet(address: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${address}${path}`, { agent: false }, (reply) => {
      reply.resume().once("end", () => resolve(reply.statusCode));
    });
    request.once("error", reject).end();
  });
}

describe("bad input over a socket", () => {
  it.each([
    ["malformed JSON", { body: "{", headers: json }, 400, "BODY_MALFORMED"],
    [
      "a wrong content type",
      { body: "text=a", headers: { "content-type": "text/plain" } },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    ["a wrong shape", { body: "[]", headers: json }, 400, "REQUEST_INVALID"],
    ["a 10 MB body", { body: JSON.stringify({ text: "x".repeat(10 ** 7) }), headers: json }, 413, "BODY_TOO_LARGE"],
  ])("of %s is answered with a problem document", async (_, init, status, code) => {
    const { address } = await listening();
    const reply = await fetch(`${address}/notes`, { method: "POST", ...init });
    expect(reply.status).toBe(status);
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
    expect(await reply.json()).toMatchObject({ code, status });
    expect((await fetch(`${address}/notes?tag=a`)).status).toBe(200);
  });

  it("of 10 MB in chunks is refused while it is still being sent", async () => {
    const { address } = await listening();
    const status = await new Promise((resolve, reject) => {
      const sending = httpRequest(`${address}/notes`, { method: "POST", headers: json }, (reply) => {
        resolve(reply.statusCode);
        reply.resume();
        sending.destroy();
      });
      sending.on("error", reject);
      sending.write(Buffer.alloc(2 * 2 ** 20));
    });
    expect(status).toBe(413);
  });

  it("of a 100 KB header is refused with 431", async () => {
    const { port } = await listening();
    const { ended } = rawHttp(port, `GET /notes HTTP/1.1\r\nhost: x\r\nx-big: ${"x".repeat(100_000)}\r\n\r\n`);
    expect(await ended).toMatch(/^HTTP\/1\.1 431 [\s\S]*HEADERS_TOO_LARGE/);
  });

  it("that drips (slow-loris) is cut off, and the others are served meanwhile", async () => {
    const { port, address } = await listening({ headersMs: 150, requestMs: 300 });
    const slow = Array.from({ length: 20 }, () => rawHttp(port, "GET /notes HTTP/1.1\r\nx-slow: "));
    expect((await fetch(`${address}/notes?tag=a`)).status).toBe(200);
    for (const { ended } of slow) expect(await ended).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("of duplicate query keys is refused where one is asked for", async () => {
    const { address } = await listening();
    const reply = await fetch(`${address}/notes?tag=a&tag=b`);
    expect([reply.status, await reply.json()]).toMatchObject([400, { details: { issues: [{ path: "query.tag" }] } }]);
  });

  it.each(["__proto__", "\\u005f_proto__"])("of %s in JSON changes no prototype", async (key) => {
    const { address } = await listening();
    const body = `{"text":"a","${key}":{"tags":["evil"],"admin":true}}`;
    const reply = await fetch(`${address}/notes`, { method: "POST", headers: json, body });
    expect(await reply.json()).toEqual({ text: "a" });
    expect({}).not.toHaveProperty("admin");
  });

  it("of an invalid percent-encoding is refused", async () => {
    const { port } = await listening();
    const { ended } = rawHttp(port, "GET /%ff HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    expect(await ended).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe("a bad handler over a socket", () => {
  it.each([
    ["throws", "/boom", 500, "INTERNAL"],
    ["returns the wrong shape", "/wrong", 500, "REPLY_INVALID"],
    ["never settles", "/hang", 504, "DEADLINE_EXCEEDED"],
  ])("that %s is answered for", async (_, path, status, code) => {
    const { address } = await listening({ handlerMs: 100 });
    const reply = await fetch(address + path);
    expect([reply.status, await reply.json()]).toMatchObject([status, { code }]);
  });

  it("that hangs is not waited for any longer than its caller waits", async () => {
    const { address } = await listening();
    const startMs = performance.now();
    const reply = await fetch(`${address}/hang`, { headers: { "x-deadline-ms": "80" } });
    expect(reply.status).toBe(504);
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });
});

describe("a refusal over a socket", () => {
  it("comes before the body, and leaves the connection as good as it was", async () => {
    const { port, address } = await listening({ concurrencyMax: 1, waitersMax: 0, handlerMs: 1_000, hungMs: 0 });
    const hanging = fetch(`${address}/hang`);
    const bodyBytes = 4_000_000;
    const connection = rawHttp(port);
    const head = `POST /notes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${bodyBytes}\r\n\r\n`;
    // As long as there is room, the answer is another one.
    await expect.poll(async () => (await fetch(`${address}/notes?tag=a`)).status).toBe(503);
    connection.socket.write(head);
    expect(await connection.until(/"code":"OVERLOADED"/)).toMatch(/^HTTP\/1\.1 503 [\s\S]*x-shoal-nack: /i);
    connection.socket.write(Buffer.alloc(bodyBytes, "x"));
    expect((await hanging).status).toBe(504);
    await expect.poll(async () => (await fetch(`${address}/notes?tag=a`)).status).toBe(200);
    connection.socket.write("GET /notes?tag=a HTTP/1.1\r\nhost: x\r\n\r\n");
    await connection.until(/HTTP\/1\.1 200 /);
    connection.socket.destroy();
  });
});

describe("drain over sockets", () => {
  it("fails no request of a keep-alive pool while an instance of two leaves and another comes", async () => {
    const registry = createFakeRegistry({ live: true });
    const pools = new Map<string, Pool>();
    let alive: readonly Instance[] = [];
    registry.watch({
      onSnapshot: ({ instances }) => {
        alive = instances;
      },
      onStale: () => {},
    });
    // The callers compute in the same process: its event loop is late on a busy machine, which is not what is tested.
    const options = { drainPropagationMs: 1_000, queueDelayMsMax: 60_000 };
    const first = await listening(options, "notes-1", registry);
    await listening(options, "notes-2", registry);

    const outcomes = { answered: 0, failed: [] as unknown[] };
    let running = true;
    const call = async (turn: number) => {
      // A resolver learns of a change a little later, and by then has asked the instance that leaves.
      const seen = alive;
      await pause(20);
      const { address } = seen[turn % seen.length] ?? { address: "" };
      const pool = pools.get(address) ?? new Pool(address, { connections: 16 });
      pools.set(address, pool);
      const body = turn % 3 === 0 ? '{"text":"a"}' : null;
      const asked = body
        ? ({ path: "/notes", method: "POST" } as const)
        : ({ path: "/notes?tag=a", method: "GET" } as const);
      try {
        const reply = await pool.request({ ...asked, body, headers: json });
        await reply.body.dump();
        if (reply.statusCode === 200) outcomes.answered += 1;
        else outcomes.failed.push(reply.statusCode);
      } catch (cause) {
        outcomes.failed.push(cause);
      }
    };
    const worker = async (offset: number) => {
      for (let turn = offset; running; turn += 1) await call(turn);
    };
    const answers = (count: number) => expect.poll(() => outcomes.answered, { timeout: 20_000 }).toBeGreaterThan(count);
    const workers = Promise.all(Array.from({ length: 16 }, (_, offset) => worker(offset)));
    await answers(100);
    const leaving = first.close();
    // Who has not heard of it yet is answered, and asked to come no more.
    const late = await request(`${first.address}/notes?tag=a`);
    await late.body.dump();
    await leaving;
    await listening(options, "notes-3", registry);
    await answers(outcomes.answered + 100);
    running = false;
    await workers;
    await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    expect(outcomes.failed).toEqual([]);
    expect([late.statusCode, late.headers["connection"]]).toEqual([200, "close"]);
  });

  it("finishes a request that is under way, although its deadline is after drainMs", async () => {
    const done = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const slow = contract("slow", { work: get("/work", { returns: z.string() }) });
    const runtime = { ...createFakeRuntime(), ports: systemPorts };
    const served = createServed({
      contract: slow,
      handlers: {
        work: async () => {
          begun.resolve();
          await done.promise;
          return "done";
        },
      },
      options: resolveServeOptions({ drainPropagationMs: 0, drainMs: 5_000 }),
      tell: () => {},
    });
    const { address, close } = await withRuntime(runtime, () => served.listen({ port: 0 }));
    const asked = fetch(`${address}/work`);
    await begun.promise;
    const closing = close();
    await expect.poll(() => fetch(address).then(String, () => "refused")).toBe("refused");
    done.resolve();
    const reply = await asked;
    expect([await reply.json(), reply.headers.get("connection")]).toEqual(["done", "close"]);
    await closing;
  });
});
