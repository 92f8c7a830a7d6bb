import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { EventSource } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { closeClients } from "../client/client.ts";
import { withRuntime } from "../client/process-runtime.ts";
import type { Runtime } from "../client/runtime.ts";
import { type UseOptions, use } from "../client/use.ts";
import { contract } from "../contract/contract.ts";
import { get, post } from "../contract/operation.ts";
import { stream } from "../contract/stream.ts";
import { sleep } from "../core/clock.ts";
import type { Context } from "../core/context.ts";
import { createFakeRegistry } from "../testing/fake-registry.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createHttpTransport } from "../transport/http-client.ts";
import { createLocalTransport } from "../transport/local.ts";
import { systemPorts } from "../transport/system-ports.ts";
import type { Handlers } from "./handlers.ts";
import { resolveServeOptions, type ServeOptions } from "./options.ts";
import { createServed } from "./served.ts";

const Tick = z.object({ n: z.number(), text: z.string().optional() });
const clockwork = contract("clockwork", {
  watch: get("/ticks", {
    query: z.object({ to: z.number().optional() }),
    returns: stream(Tick),
    errors: { gone: { status: 410, details: z.object({ since: z.number() }) } },
  }),
  tail: post("/tails", { body: z.object({ from: z.number() }), returns: stream(Tick) }),
});
type Watch = Handlers<typeof clockwork.operations>["watch"];

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const KINDS = ["local", "http"] as const;
type Kind = (typeof KINDS)[number];

/** A service and a consumer of it, in real time, over one transport or the other. */
async function pair(kind: Kind, watch: Watch, options: Partial<ServeOptions> & UseOptions = {}) {
  const registry = createFakeRegistry({ live: true });
  const local = createLocalTransport();
  const transport = kind === "http" ? createHttpTransport() : local;
  const own = createFakeRuntime({ registry, identity: { service: "clockwork", instance: "clockwork-1" } });
  const server: Runtime = { ...own, ports: systemPorts };
  const client: Runtime = { ...createFakeRuntime({ registry }), ports: systemPorts, transport };
  const { drainMs = 1_000, streamsMax = 1_000, ...policy } = options;
  const served = withRuntime(server, () =>
    createServed({
      contract: clockwork,
      handlers: { watch, tail: watch as never },
      options: resolveServeOptions({ drainPropagationMs: 0, drainMs, streamsMax }),
      tell: () => {},
    }),
  );
  closers.push(() => closeClients(client));
  let close = async () => {};
  let address = "";
  if (kind === "local") {
    local.serve("clockwork", served.handle);
    registry.register(sampleInstance("clockwork-1", { address: "local:clockwork" }));
  } else {
    const listening = await withRuntime(server, () => served.listen({ port: 0 }));
    ({ close, address } = listening);
    closers.push(close);
  }
  const consumer = withRuntime(client, () => use(clockwork, policy));
  const call: typeof consumer = {
    watch: (...given) => withRuntime(client, () => consumer.watch(...given)),
    tail: (...given) => withRuntime(client, () => consumer.tail(...given)),
  };
  return { ...call, own, close, address };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
/** Resolves once a condition holds; the test's own time limit ends it else. */
async function until(holds: () => boolean) {
  while (!holds()) await turn();
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** A handler without an end that waits for its signal after each item, and notes how it ended. */
function endless() {
  const notes: string[] = [];
  const watch: Watch = async function* (_, { signal }) {
    try {
      yield { n: 1 };
      await new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    } finally {
      notes.push(`finally, aborted ${signal.aborted}`);
    }
  };
  return { watch, notes };
}

describe.each(KINDS)("a stream over %s", (kind) => {
  it("brings each item, validated and without what is not declared", async () => {
    const { watch } = await pair(kind, async function* ({ query }) {
      for (let n = 1; n <= (query.to ?? 0); n += 1) yield { n, text: "ü€😀\r\n\n", secret: true } as { n: number };
    });
    const expected = Array.from({ length: 500 }, (_, index) => ({ n: index + 1, text: "ü€😀\r\n\n" }));
    expect(await all(await watch({ query: { to: 500 } }))).toEqual(expected);
    expect(await all(await watch({ query: {} }))).toEqual([]);
  });

  it("brings an item as soon as it is made", async () => {
    const gate = Promise.withResolvers<void>();
    const { watch } = await pair(kind, async function* () {
      yield { n: 1 };
      await gate.promise;
      yield { n: 2 };
    });
    const items = await watch({ query: {} });
    expect(await items.next()).toEqual({ done: false, value: { n: 1 } });
    gate.resolve();
    expect(await all(items)).toEqual([{ n: 2 }]);
  });

  it("answers calls of next() in their order", async () => {
    const { watch } = await pair(kind, async function* () {
      yield { n: 1 };
      yield { n: 2 };
    });
    const items = await watch({ query: {} });
    const results = await Promise.all([items.next(), items.next(), items.next(), items.next()]);
    expect(results.map(({ value }) => value)).toEqual([{ n: 1 }, { n: 2 }, undefined, undefined]);
  });

  it("rejects with what fails before the first item, a declared error with its details", async () => {
    const { watch } = await pair(kind, async function* () {
      if (performance.now() > 0) throw clockwork.errors.gone({ since: 7 });
      yield { n: 1 };
    });
    await expect(watch({ query: {} })).rejects.toMatchObject({ code: "gone", details: { since: 7 } });
  });

  it("is tried again for what may pass, before the first item", async () => {
    let calls = 0;
    const { watch } = await pair(
      kind,
      async function* () {
        calls += 1;
        if (calls < 2) throw new Error("at first");
        yield { n: calls };
      },
      { backoffMsFirst: 1, backoffMsMax: 1 },
    );
    expect(await all(await watch({ query: {} }))).toEqual([{ n: 2 }]);
  });

  it("throws what fails after it: a declared error is itself, and nothing is tried again", async () => {
    let calls = 0;
    const { watch } = await pair(kind, async function* ({ query }) {
      calls += 1;
      yield { n: 1 };
      throw query.to === 1 ? clockwork.errors.gone({ since: 7 }) : new Error("secret");
    });
    const declared = await watch({ query: { to: 1 } });
    const got: unknown[] = [];
    const error = await (async () => {
      for await (const item of declared) got.push(item);
    })().catch((thrown: unknown) => thrown);
    expect(got).toEqual([{ n: 1 }]);
    expect(clockwork.errors.gone.is(error) && error.details).toEqual({ since: 7 });
    expect(await declared.next()).toEqual({ done: true, value: undefined });

    const failing = all(await watch({ query: {} }));
    await expect(failing).rejects.toMatchObject({
      code: "INTERNAL",
      details: { service: "clockwork", operation: "watch", retry: { allowed: false, why: "its stream had begun" } },
    });
    await expect(failing).rejects.not.toThrow("secret");
    expect(calls).toBe(2);
  });

  it.each(["break", "return", "dispose", "never begun"])("ends its handler when it is left: %s", async (how) => {
    const { watch: handler, notes } = endless();
    const { watch } = await pair(kind, handler);
    const items = await watch({ query: {} });
    if (how === "break") for await (const _ of items) break;
    else if (how === "dispose") await items[Symbol.asyncDispose]();
    else {
      if (how === "return") await items.next();
      await items.return();
    }
    await until(() => notes.length > 0);
    expect(notes).toEqual(["finally, aborted true"]);
  });

  it("throws CANCELLED when the caller's signal is aborted, and ends its handler", async () => {
    const { watch: handler, notes } = endless();
    const { watch } = await pair(kind, handler);
    const leaving = new AbortController();
    const items = await watch({ query: {} }, { signal: leaving.signal });
    await items.next();
    const waiting = items.next();
    leaving.abort();
    await expect(waiting).rejects.toMatchObject({ code: "CANCELLED" });
    await until(() => notes.length > 0);
    expect(notes).toEqual(["finally, aborted true"]);
  });

  it("goes no faster than its reader: what is made and not read is bounded", async () => {
    let made = 0;
    const text = "x".repeat(64 * 1_024);
    const { watch } = await pair(kind, async function* () {
      for (let n = 1; n <= 4_000; n += 1) {
        made = n;
        yield { n, text };
      }
    });
    const items = await watch({ query: {} });
    for (let taken = 1; taken <= 3; taken += 1) await items.next();
    for (let before = -1; before !== made; ) {
      before = made;
      for (let turns = 0; turns < 200; turns += 1) await turn();
    }
    expect(made).toBeLessThan(500); // of 4 000: what the kernel's buffers, ours and undici's hold
    for (let taken = 4; taken <= 600; taken += 1) expect((await items.next()).value?.n).toBe(taken);
    await items.return();
  });

  it("refuses an item that is longer than replyBytesMax", async () => {
    const { watch } = await pair(
      kind,
      async function* () {
        yield { n: 1, text: "x".repeat(900) };
        yield { n: 2, text: "x".repeat(1_100) };
      },
      { replyBytesMax: 1_000 },
    );
    const items = await watch({ query: {} });
    expect((await items.next()).value?.n).toBe(1);
    await expect(items.next()).rejects.toThrow("an item of the stream is over 1000 bytes");
  });

  it("refuses a key, which would promise the same answer again", async () => {
    const { tail } = await pair(kind, endless().watch);
    await expect(tail({ body: { from: 1 } }, { idempotencyKey: "k" })).rejects.toMatchObject({
      code: "OPTION_INVALID",
    });
  });

  it("passes over hedging and sharing: each call has a stream of its own", async () => {
    let calls = 0;
    const { watch } = await pair(
      kind,
      async function* () {
        calls += 1;
        yield { n: calls };
      },
      { coalesce: true, hedgeExtraLoad: 0.1 },
    );
    const items = await Promise.all([watch({ query: {} }), watch({ query: {} })]);
    const lists = await Promise.all(items.map(all));
    expect(new Set(lists.flat().map(({ n }) => n))).toEqual(new Set([1, 2]));
  });
});

describe("a stream over HTTP", () => {
  it("is read by an EventSource", async () => {
    const { address } = await pair("http", async function* () {
      yield { n: 1 };
      yield { n: 2 };
      throw clockwork.errors.gone({ since: 7 });
    });
    const source = new EventSource(`${address}/ticks`);
    const seen: unknown[] = [];
    await new Promise<void>((resolve) => {
      source.addEventListener("message", ({ data }) => void seen.push(JSON.parse(data)));
      source.addEventListener("problem", (event) => {
        seen.push(JSON.parse((event as MessageEvent).data));
        resolve();
      });
    });
    source.close();
    expect(seen).toMatchObject([{ n: 1 }, { n: 2 }, { code: "gone", status: 410, details: { since: 7 } }]);
  });

  it("is ended by a drain with an error that says so, within drainMs; one that ends itself is waited for", async () => {
    const { watch: handler, notes } = endless();
    const gate = Promise.withResolvers<void>();
    const { watch, close } = await pair(
      "http",
      async function* (input, context) {
        if (input.query.to === undefined) return yield* handler(input, context) as AsyncGenerator<{ n: number }>;
        yield { n: 1 };
        await gate.promise;
        yield { n: 2 };
      },
      { drainMs: 400 },
    );
    const [forever, short] = [await watch({ query: {} }), await watch({ query: { to: 2 } })];
    const reading = all(forever).catch((error: unknown) => error);
    await short.next();
    const closed = close();
    gate.resolve();
    expect(await all(short)).toEqual([{ n: 2 }]);
    expect(await reading).toMatchObject({ code: "DRAINING" });
    await closed;
    expect(notes).toEqual(["finally, aborted true"]);
  });
});

describe("a stream from a peer that does not keep to its word", () => {
  /** A consumer of a server that is none of ours. */
  async function foreign(answer: (outgoing: ServerResponse) => void, policy: UseOptions = {}) {
    const server = createServer((_, outgoing) => answer(outgoing));
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    closers.push(() => server.close());
    const registry = createFakeRegistry({ live: true });
    const { port } = server.address() as AddressInfo;
    registry.register(sampleInstance("clockwork-1", { address: `http://127.0.0.1:${port}` }));
    const client: Runtime = {
      ...createFakeRuntime({ registry }),
      ports: systemPorts,
      transport: createHttpTransport(),
    };
    closers.push(() => closeClients(client));
    return withRuntime(client, () => use(clockwork, { attemptsMax: 1, ...policy }).watch({ query: {} }));
  }
  const head = (outgoing: ServerResponse) => void outgoing.writeHead(200, { "content-type": "text/event-stream" });

  it.each([
    ["its connection is lost", (outgoing: ServerResponse) => void setImmediate(() => outgoing.destroy())],
    ["it stops without an end", (outgoing: ServerResponse) => void outgoing.end()],
    ["it stops in the midst of its end", (outgoing: ServerResponse) => void outgoing.end("event: end\ndata: {}\n")],
  ])("is no whole one when %s", async (_, cut) => {
    const items = await foreign((outgoing) => {
      head(outgoing);
      outgoing.write('data: {"n":1}\n\n');
      cut(outgoing);
    });
    expect((await items.next()).value).toEqual({ n: 1 });
    await expect(items.next()).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  });

  it("is refused, and its connection closed, when an event has no end", async () => {
    let closed = false;
    let sent = 0;
    const items = await foreign(
      (outgoing) => {
        head(outgoing);
        outgoing.on("close", () => {
          closed = true;
        });
        outgoing.write("data: ");
        const flood = () => {
          for (let more = true; more && !closed; sent += 1) more = outgoing.write("x".repeat(16_384));
          if (!closed) outgoing.once("drain", flood);
        };
        flood();
      },
      { replyBytesMax: 100_000 },
    );
    await expect(items.next()).rejects.toMatchObject({ code: "REPLY_INVALID" });
    await until(() => closed);
    expect(sent * 16_384).toBeLessThan(32 * 1_024 * 1_024);
  });

  it.each([
    ["another content type", { "content-type": "application/json" }, "{}", /answered with "application\/json"/],
    ["no content type", {}, "{}", /answered with ""/],
  ])("is refused for %s", async (_, headers, body, message) => {
    await expect(foreign((outgoing) => void outgoing.writeHead(200, headers).end(body))).rejects.toThrow(message);
  });

  it.each([
    ["an item that is no JSON", "data: {\n\n", "REPLY_INVALID"],
    ["an item that its contract does not allow", 'data: {"n":"1"}\n\n', "REPLY_INVALID"],
    ["a problem that is none", "event: problem\ndata: oops\n\n", "UPSTREAM_FAILED"],
  ])("throws for %s", async (_, text, code) => {
    const items = await foreign((outgoing) => {
      head(outgoing);
      outgoing.write(text);
    });
    await expect(items.next()).rejects.toMatchObject({ code });
  });

  it("passes over events and fields that it does not know, and reads what other servers write", async () => {
    const items = await foreign((outgoing) => {
      head(outgoing);
      outgoing.end(
        '\ufeffretry: 5\r\n: hello\r\nid: 7\r\ndata: {\r\ndata:  "n": 1}\r\n\r\nevent: later\rdata: x\r\revent: end\ndata\n\n',
      );
    });
    expect(await all(items)).toEqual([{ n: 1 }]);
  });
});

describe("a stream's time", () => {
  /** Both sides in one virtual time. */
  function inVirtualTime(watch: Watch) {
    const registry = createFakeRegistry({ live: true });
    const transport = createLocalTransport();
    const runtime = createFakeRuntime({ registry, transport });
    const { clock } = runtime.ports;
    const served = withRuntime(runtime, () =>
      createServed({
        contract: clockwork,
        handlers: { watch, tail: watch as never },
        options: resolveServeOptions({}),
        tell: () => {},
      }),
    );
    transport.serve("clockwork", served.handle);
    registry.register(sampleInstance("clockwork-1", { address: "local:clockwork" }));
    closers.push(() => closeClients(runtime));
    const start = (context?: Context) =>
      withRuntime(runtime, () => use(clockwork).watch({ query: {} }, context ? { context } : {}));
    return { clock, start };
  }

  it("outlasts its deadline, and a silence: signs of life come meanwhile", async () => {
    const { clock, start } = inVirtualTime(async function* (_, { signal }) {
      yield { n: 1 };
      await sleep(clock, 300_000, signal);
      yield { n: 2 };
    });
    const items = await start();
    await items.next();
    const second = items.next();
    for (let seconds = 0; seconds <= 300; seconds += 1) await clock.advance(1_000);
    expect((await second).value).toEqual({ n: 2 });
  });

  it("is lost after streamIdleMs without any", async () => {
    const clock = createVirtualClock();
    const transport = createLocalTransport();
    let left = false;
    const silent = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: async () => {
          left = true;
          return { done: true as const, value: undefined };
        },
      }),
    };
    const headers = { "content-type": "text/event-stream" };
    transport.serve("silent", async () => ({ status: 200, headers, body: silent }));
    const registry = createFakeRegistry({ live: true });
    registry.register(sampleInstance("clockwork-1", { address: "local:silent" }));
    const runtime = createFakeRuntime({ registry, transport, clock });
    closers.push(() => closeClients(runtime));
    const items = await withRuntime(runtime, () => use(clockwork).watch({ query: {} }));
    const waiting = items.next().catch((error: unknown) => error);
    await clock.advance(29_999);
    expect(left).toBe(false);
    await clock.advance(1);
    expect(await waiting).toMatchObject({ code: "CONNECTION_LOST" });
    expect(left).toBe(true);
  });

  it("lets its handler make calls long after the deadline of the request that it began with", async () => {
    const late: unknown[] = [];
    const world = inVirtualTime(async function* ({ query }, { signal }) {
      yield { n: 1 };
      if (query.to !== undefined) return;
      await sleep(world.clock, 60_000, signal);
      late.push(...(await all(await use(clockwork).watch({ query: { to: 1 } }))));
      yield { n: 2 };
    });
    const items = await world.start();
    await items.next();
    const second = items.next();
    for (let seconds = 0; seconds <= 61; seconds += 1) await world.clock.advance(1_000);
    expect((await second).value).toEqual({ n: 2 });
    expect(late).toEqual([{ n: 1 }]);
  });
});
