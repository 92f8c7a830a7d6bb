import { describe, expect, it } from "vitest";
import { CancelSource } from "../../core/cancellation.ts";
import { type HttpReply, isReplayable, readBody } from "../../core/message.ts";
import type { Outcome } from "../../core/outcome.ts";
import { createMuxPair, type ServerParts } from "../../testing/mux-pair.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { arrivingAt } from "../arrival.ts";
import type { Handler } from "../port.ts";
import type { MuxOptions } from "./options.ts";

type PairParts = Partial<ServerParts> & {
  readonly clientOptions?: Partial<MuxOptions>;
  readonly serverOptions?: Partial<MuxOptions>;
};

const echo: Handler = async ({ method, target, headers, body }) => ({
  status: 200,
  headers: { ...headers, "x-asked": `${method} ${target}` },
  body: await readBody(body, 1e9),
});

async function pair(parts: PairParts = {}) {
  const clock = createVirtualClock();
  const both = createMuxPair({ clock, handler: echo, ...parts });
  await clock.advance(0);
  return { clock, ...both };
}

/** A handler that answers when told to. */
function held() {
  const calls: {
    readonly target: string;
    readonly signal: AbortSignal;
    readonly answer: (reply?: Partial<HttpReply>) => void;
  }[] = [];
  const handler: Handler = ({ target }, { signal }) =>
    new Promise((resolve) => {
      const answer = (reply: Partial<HttpReply> = {}) =>
        resolve({ status: 200, headers: {}, body: undefined, ...reply });
      calls.push({ target, signal, answer });
    });
  return { calls, handler };
}

function cancellable() {
  const source = new CancelSource();
  return { context: arrivingAt(source), cancel: () => source.cancel(new Error("enough")) };
}

const kindOf = (outcome: Outcome<HttpReply>) =>
  outcome.ok ? String(outcome.reply.status) : `${outcome.kind} ${outcome.error.code}`;
const lengthOf = async (outcome: Outcome<HttpReply>) => (await readBody(outcome.reply?.body, 1e9)).length;

function streamOf({ reply }: Outcome<HttpReply>): AsyncIterable<Uint8Array> {
  const body = reply?.body;
  if (isReplayable(body)) throw new Error("the body is no stream");
  return body;
}

/** A body that comes when it is asked for, and tells how much was. */
function source(chunks: number, bytes: number) {
  const seen = { taken: 0, returned: false };
  const body = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        if (seen.taken === chunks) return { done: true as const, value: undefined };
        seen.taken += 1;
        return { done: false as const, value: new Uint8Array(bytes) };
      },
      return: async () => {
        seen.returned = true;
        return { done: true as const, value: undefined };
      },
    }),
  };
  return { seen, body };
}

describe("a mux connection", () => {
  it("carries requests and replies, with the host that was asked for", async () => {
    const { client } = await pair();
    const outcome = await client.send({
      method: "POST",
      target: "/a?b=1",
      headers: { "x-one": "é" },
      body: Buffer.from("hi"),
    });
    expect(outcome.reply).toMatchObject({
      status: 200,
      headers: { "x-one": "é", "x-asked": "POST /a?b=1", host: "in.memory" },
      body: Buffer.from("hi"),
    });
    expect((await client.send()).reply).toMatchObject({ headers: { "x-asked": "GET /" }, body: undefined });
  });

  it("sends the few frames of a tick in one write, on both sides", async () => {
    const { client, server } = await pair();
    const before = [client.wire.writes(), server.wire.writes()];
    await Promise.all(Array.from({ length: 3 }, () => client.send()));
    expect([client.wire.writes(), server.wire.writes()]).toEqual(before.map((writes) => writes + 1));
  });

  it("sends many in a few writes, so that the other side begins before the tick is over", async () => {
    const { client, server } = await pair();
    const before = [client.wire.writes(), server.wire.writes()];
    await Promise.all(Array.from({ length: 200 }, () => client.send()));
    const writes = [client.wire.writes(), server.wire.writes()].map((count, side) => count - (before[side] ?? 0));
    for (const count of writes) {
      expect(count).toBeGreaterThan(3);
      expect(count).toBeLessThan(20);
    }
  });

  it("answers in any order", async () => {
    const { calls, handler } = held();
    const { client, clock } = await pair({ handler });
    const first = client.send({ target: "/1" });
    const second = client.send({ target: "/2" });
    await clock.advance(0);
    calls[1]?.answer({ status: 202 });
    expect(kindOf(await second)).toBe("202");
    calls[0]?.answer({ status: 201 });
    expect(kindOf(await first)).toBe("201");
  });

  it("carries large bodies both ways, and reads a reply into memory whose length it knows", async () => {
    const { client } = await pair();
    const outcome = await client.send({ method: "PUT", body: Buffer.alloc(1_000_000, 7) });
    expect(outcome.reply?.body).toEqual(Buffer.alloc(1_000_000, 7));
    const longer = await client.send({ method: "PUT", body: Buffer.alloc(3_000_000, 7) });
    expect(longer.reply?.body).not.toBeInstanceOf(Uint8Array);
    expect(await lengthOf(longer)).toBe(3_000_000);
  });

  it("carries bodies that come bit by bit, empty bits and all", async () => {
    const { client } = await pair({ handler: async ({ body }) => ({ status: 200, headers: {}, body }) });
    const body = (async function* () {
      yield new Uint8Array(0);
      yield new Uint8Array(5);
      yield new Uint8Array(100_000);
    })();
    expect(await lengthOf(await client.send({ method: "POST", body }))).toBe(100_005);
    const empty = (async function* () {})();
    expect(await lengthOf(await client.send({ method: "POST", body: empty }))).toBe(0);
  });

  it("takes as many calls as the other side wants at once, and leaves the next to HTTP", async () => {
    const { calls, handler } = held();
    const { client, clock } = await pair({ handler, serverOptions: { callsMax: 2 } });
    expect(client.session.callsMax).toBe(2);
    const both = [client.send(), client.send()];
    await expect(client.send()).rejects.toThrow("cannot carry");
    await clock.advance(0);
    for (const call of calls) call.answer();
    expect((await Promise.all(both)).map(kindOf)).toEqual(["200", "200"]);
    expect(client.session.callsUnderWay).toBe(0);
  });

  it("leaves to HTTP a head that is larger than the other side takes", async () => {
    const { client } = await pair({ serverOptions: { headBytesMax: 300 } });
    await expect(client.send({ target: `/${"a".repeat(300)}` })).rejects.toThrow("cannot carry");
    expect(kindOf(await client.send({ target: `/${"a".repeat(200)}` }))).toBe("200");
  });

  it("fails the one call whose handler or body breaks its promise, and no other", async () => {
    const { calls, handler } = held();
    const throwing = () => {
      throw new Error("not now");
    };
    const { client, clock } = await pair({
      handler(request, context) {
        if (request.target === "/throws") throw new Error("at once");
        return handler(request, context);
      },
    });
    const bodies: readonly unknown[] = [
      { [Symbol.asyncIterator]: throwing },
      { [Symbol.asyncIterator]: () => ({ next: throwing }) },
      { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: "text" }) }) },
    ];
    const sent = [client.send({ target: "/throws" }), ...bodies.map(() => client.send()), client.send()];
    await clock.advance(0);
    bodies.forEach((body, index) => void calls[index]?.answer({ body: body as AsyncIterable<Uint8Array> }));
    await clock.advance(0);
    calls.at(-1)?.answer({ body: Buffer.alloc(100_000) });
    const [thrown, none, ...streams] = await Promise.all(sent);
    const last = streams.pop() as Outcome<HttpReply>;
    expect([thrown, none].map((outcome) => outcome && kindOf(outcome))).toEqual(["500", "500"]);
    for (const outcome of streams) await expect(lengthOf(outcome)).rejects.toThrow("CONNECTION_LOST");
    expect(await lengthOf(last)).toBe(100_000);
    expect(client.session.isOver).toBe(false);
  });

  it("answers 500 for a handler that throws, and for a head that cannot be sent", async () => {
    const { client, server } = await pair({
      handler: async ({ target }) => {
        if (target === "/throws") throw new Error("oops");
        return { status: 200, headers: { "x-a": "€" }, body: undefined };
      },
    });
    expect(kindOf(await client.send({ target: "/throws" }))).toBe("500");
    expect(kindOf(await client.send())).toBe("500");
    expect(server.log.at("error")).toEqual(["a reply could not be sent", "a reply could not be sent"]);
    expect(server.session.callsUnderWay).toBe(0);
  });
});

describe("a call that is given up", () => {
  it("is told to the handler, and is ambiguous", async () => {
    const { calls, handler } = held();
    const { client, server, clock } = await pair({ handler });
    const { context, cancel } = cancellable();
    const sent = client.send({}, context);
    await clock.advance(0);
    cancel();
    expect(kindOf(await sent)).toBe("ambiguous CANCELLED");
    await clock.advance(0);
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(server.session.callsUnderWay).toBe(1); // the handler has not settled
    calls[0]?.answer();
    await clock.advance(0);
    expect([server.session.callsUnderWay, client.session.callsUnderWay]).toEqual([0, 0]);
    expect(
      kindOf(
        await Promise.race([
          client.send(),
          clock
            .advance(0)
            .then(() => calls[1]?.answer())
            .then(() => new Promise<never>(() => {})),
        ]),
      ),
    ).toBe("200");
  });

  it("is unsent when it was before it began", async () => {
    const { client } = await pair();
    const { context, cancel } = cancellable();
    cancel();
    expect(kindOf(await client.send({}, context))).toBe("unsent CANCELLED");
  });

  it("stops a reply that streams, and its source", async () => {
    const { seen, body } = source(1_000, 100_000);
    const { client, server, clock } = await pair({ handler: async () => ({ status: 200, headers: {}, body }) });
    const { context, cancel } = cancellable();
    const outcome = await client.send({}, context);
    cancel();
    await expect(lengthOf(outcome)).rejects.toThrow("given up");
    await clock.advance(0);
    expect(seen).toMatchObject({ returned: true });
    expect(server.session.callsUnderWay).toBe(0);
  });

  it("by leaving its body stops the source too", async () => {
    const { seen, body } = source(1_000, 100_000);
    const { client, clock, server } = await pair({ handler: async () => ({ status: 200, headers: {}, body }) });
    const outcome = await client.send();
    for await (const _ of streamOf(outcome)) break;
    await clock.advance(0);
    expect(seen.returned).toBe(true);
    expect([server.session.callsUnderWay, client.session.callsUnderWay]).toEqual([0, 0]);
  });

  it("counts as under way until its handler has ended, so that giving up lets nobody begin more", async () => {
    const { calls, handler } = held();
    const { client, clock } = await pair({ handler, serverOptions: { callsMax: 1 } });
    const { context, cancel } = cancellable();
    const first = client.send({}, context);
    await clock.advance(0);
    cancel();
    await first;
    expect(kindOf(await client.send())).toBe("nacked OVERLOADED");
    expect(calls).toHaveLength(1);
  });

  it("by answering before all of its body has come, stops the body", async () => {
    const { seen, body } = source(1_000, 100_000);
    const { client, server, clock } = await pair({
      handler: async () => ({ status: 413, headers: {}, body: undefined }),
    });
    expect(kindOf(await client.send({ method: "POST", body }))).toBe("413");
    await clock.advance(0);
    expect(seen.returned).toBe(true);
    expect(seen.taken).toBeLessThan(10);
    expect([server.session.callsUnderWay, client.session.callsUnderWay]).toEqual([0, 0]);
    expect(server.session.isOver).toBe(false);
  });
});

describe("windows", () => {
  it("hold a sender to what its reader takes", async () => {
    const { seen, body } = source(1_000, 10_000);
    const options = { callWindowBytes: 50_000, connectionWindowBytes: 100_000 };
    const { client, clock } = await pair({
      handler: async () => ({ status: 200, headers: {}, body }),
      clientOptions: options,
    });
    const outcome = await client.send();
    await clock.advance(0);
    expect(seen.taken).toBe(6); // five fill the window, one waits in memory
    expect(await lengthOf(outcome)).toBe(10_000_000);
  });

  it("of readers that stand still do not hold up calls with small bodies, nor readers that go on", async () => {
    const options = { callWindowBytes: 50_000, connectionWindowBytes: 150_000 };
    const { client, clock } = await pair({
      handler: async ({ target }) => ({
        status: 200,
        headers: {},
        body: target === "/" ? Buffer.alloc(9) : source(100, 10_000).body,
      }),
      clientOptions: options,
    });
    await client.send({ target: "/still" });
    await client.send({ target: "/still" });
    await clock.advance(0);
    expect(await lengthOf(await client.send())).toBe(9);
    expect(await lengthOf(await client.send({ target: "/read" }))).toBe(1_000_000);
  });

  it("are given back by calls that end unread", async () => {
    const options = { callWindowBytes: 50_000, connectionWindowBytes: 50_000 };
    const handler: Handler = async () => ({ status: 200, headers: {}, body: source(5, 10_000).body });
    const { client, clock } = await pair({ handler, clientOptions: options });
    for (let call = 0; call < 10; call += 1) {
      expect(kindOf(await client.send())).toBe("200");
      await clock.advance(0);
    }
    expect(client.session.callsUnderWay).toBe(0);
  });

  it("give a large body its share, and no more", async () => {
    const order: string[] = [];
    const { client, server } = await pair({
      handler: async ({ target, body }) => {
        await readBody(body, 1e9);
        order.push(target);
        return { status: 200, headers: {}, body: undefined };
      },
    });
    const large = client.send({ method: "PUT", target: "/large", body: Buffer.alloc(10_000_000) });
    const middle = client.send({ method: "PUT", target: "/middle", body: Buffer.alloc(200_000) });
    const small = client.send({ method: "PUT", target: "/small", body: Buffer.alloc(20) });
    expect((await Promise.all([large, middle, small])).map(kindOf)).toEqual(["200", "200", "200"]);
    expect(order).toEqual(["/small", "/middle", "/large"]);
    expect(server.log.lines).toEqual([]);
  });

  it("end a body that stands still", async () => {
    const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const { client, clock } = await pair({ handler: async () => ({ status: 200, headers: {}, body: never }) });
    const outcome = await client.send();
    const read = lengthOf(outcome).catch((cause: Error) => cause.message);
    await clock.advance(70_000);
    expect(await read).toContain("stood still for 60000 ms");
  });
});

describe("going away", () => {
  it("finishes what is under way, takes what was sent before it was heard, and closes", async () => {
    const { calls, handler } = held();
    const { client, server, clock } = await pair({ handler });
    const first = client.send();
    await clock.advance(0);
    server.session.drain();
    const crossing = client.send();
    await clock.advance(0);
    expect(client.told).toEqual(["open", "going away"]);
    expect(client.session.callsMax).toBe(0);
    expect(calls).toHaveLength(2);
    for (const call of calls) call.answer();
    expect((await Promise.all([first, crossing])).map(kindOf)).toEqual(["200", "200"]);
    await clock.advance(0);
    expect([client.wire.isClosed(), server.wire.isClosed(), client.told.at(-1)]).toEqual([true, true, "ended"]);
    expect(clock.pending()).toBeLessThanOrEqual(3); // lingering closes only
    await clock.advance(1_000);
    expect(clock.pending()).toBe(0);
  });

  it("begins when a reply asks its connection to close, as one of a draining server does", async () => {
    const { client, clock } = await pair({
      handler: async () => ({ status: 200, headers: { connection: "close" }, body: undefined }),
    });
    const outcome = await client.send();
    expect(outcome.reply?.headers).toEqual({});
    await clock.advance(0);
    expect(client.told).toEqual(["open", "going away", "ended"]);
  });

  it("names the last call that was begun, so that later ones are unsent", async () => {
    const { calls, handler } = held();
    const { client, server, clock } = await pair({ handler });
    const sent = [client.send(), client.send()];
    await clock.advance(0);
    server.wire.stalled = true;
    server.session.drain();
    await clock.advance(500); // as long as it is waited for that the client has heard
    sent.push(client.send());
    await clock.advance(0);
    server.wire.release();
    await clock.advance(0);
    expect(calls).toHaveLength(2);
    for (const call of calls) call.answer();
    expect((await Promise.all(sent)).map(kindOf)).toEqual(["200", "200", "unsent CONNECT_FAILED"]);
    await clock.advance(0);
    expect(client.wire.isClosed()).toBe(true);
  });

  it("is asked for after so many calls, and fails none that were on their way", async () => {
    const { client, clock } = await pair({ callsTotalMax: 2 });
    const sent = [client.send(), client.send(), client.send()];
    expect((await Promise.all(sent)).map(kindOf)).toEqual(["200", "200", "200"]);
    await clock.advance(0);
    expect(client.told).toEqual(["open", "going away", "ended"]);
  });

  it("cuts no answer of a client that takes its time to read, and gives up one that takes nothing", async () => {
    const { calls, handler } = held();
    const { client, server, clock } = await pair({ handler });
    const sent = client.send();
    await clock.advance(0);
    server.session.drain();
    await clock.advance(500);
    server.wire.stalled = true;
    calls[0]?.answer({ body: Buffer.alloc(10_000) });
    await clock.advance(10_000);
    expect([server.session.isOver, server.wire.isDestroyed()]).toEqual([true, false]);
    await clock.advance(6_000);
    expect(server.wire.isDestroyed()).toBe(true);
    server.wire.release();
    expect(kindOf(await sent)).toBe("200");
    expect(clock.pending()).toBeLessThanOrEqual(2);
  });

  it("is done by the client when nothing was called for a while", async () => {
    const { client, server, clock } = await pair({ serverOptions: { idleMs: 65_000 } });
    await clock.advance(59_000);
    expect(client.session.isOver).toBe(false);
    await client.send();
    await clock.advance(59_000);
    expect(client.session.isOver).toBe(false);
    await clock.advance(10_000);
    expect([client.session.isOver, server.session.isOver]).toEqual([true, true]);
    expect([...client.log.lines, ...server.log.lines]).toEqual([]);
  });

  it("lets a client that closes finish its calls", async () => {
    const { calls, handler } = held();
    const { client, clock } = await pair({ handler });
    const sent = client.send();
    client.session.closeWhenIdle();
    await clock.advance(0);
    calls[0]?.answer();
    expect(kindOf(await sent)).toBe("200");
    expect(client.session.isOver).toBe(true);
  });
});

describe("a connection that is lost", () => {
  it("ends its calls as ambiguous, and those that never left as unsent", async () => {
    const { handler, calls } = held();
    const { client, server, clock } = await pair({ handler });
    const left = client.send();
    await clock.advance(0);
    const stayed = client.send();
    client.session.lost(new Error("ECONNRESET"));
    server.session.lost(new Error("ECONNRESET"));
    expect(kindOf(await left)).toBe("ambiguous CONNECTION_LOST");
    expect(kindOf(await stayed)).toBe("unsent CONNECT_FAILED");
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(client.told).toEqual(["open", "ended"]);
    calls[0]?.answer();
    await clock.advance(0);
    expect(server.session.callsUnderWay).toBe(0);
    expect(clock.pending()).toBe(0);
  });

  it("fails a reply that streams, after what has come of it", async () => {
    const forever = (async function* () {
      yield new Uint8Array(10);
      await new Promise(() => {});
    })();
    const { client, clock } = await pair({ handler: async () => ({ status: 200, headers: {}, body: forever }) });
    const outcome = await client.send();
    await clock.advance(0);
    client.session.lost(new Error("ECONNRESET"));
    const read: number[] = [];
    await expect(
      (async () => {
        for await (const chunk of streamOf(outcome)) read.push(chunk.length);
      })(),
    ).rejects.toThrow("CONNECTION_LOST");
    expect(read).toEqual([10]);
  });

  it("is found by a ping that nobody answers, on both sides", async () => {
    const { handler, calls } = held();
    const { client, server, clock } = await pair({ handler });
    const sent = client.send();
    await clock.advance(0);
    client.wire.pulled = true;
    server.wire.pulled = true;
    await clock.advance(20_000);
    expect(client.session.isOver).toBe(false);
    await clock.advance(10_000);
    expect(kindOf(await sent)).toBe("ambiguous CONNECTION_LOST");
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(client.log.at("warn")[0]).toContain("no answer to a ping within 15000 ms");
    expect(server.log.at("warn")[0]).toContain("no answer to a ping within 15000 ms");
  });

  it("is found by calls that come seldom and are given up", async () => {
    const { client, server, clock } = await pair({ handler: held().handler });
    client.wire.pulled = true;
    server.wire.pulled = true;
    await clock.advance(1);
    const one = cancellable();
    const sent = client.send({}, one.context);
    await clock.advance(1_000); // over before anybody looks
    one.cancel();
    expect(kindOf(await sent)).toBe("ambiguous CANCELLED");
    await clock.advance(30_000);
    expect(client.session.isOver).toBe(true);
    expect(client.log.at("warn")[0]).toContain("no answer to a ping");
  });

  it("is not one whose handler takes its time", async () => {
    const { handler, calls } = held();
    const { client, clock } = await pair({ handler });
    const sent = client.send();
    await clock.advance(120_000);
    calls[0]?.answer();
    expect(kindOf(await sent)).toBe("200");
    expect(client.log.lines).toEqual([]);
  });
});

describe("a peer that takes nothing", () => {
  it("gets no further request begun while its answers pile up", async () => {
    const { client, server, clock } = await pair({
      handler: async () => ({ status: 200, headers: {}, body: Buffer.alloc(10_000) }),
      serverOptions: { bufferBytesMax: 100_000 },
    });
    server.wire.stalled = true;
    const sent = Array.from({ length: 20 }, () => client.send());
    await clock.advance(0);
    expect(server.wire.isPaused()).toBe(true);
    server.wire.release();
    expect((await Promise.all(sent)).map(kindOf)).toEqual(sent.map(() => "200"));
    await clock.advance(0);
    expect(server.wire.isPaused()).toBe(false);
  });

  it("gets no further request: it goes elsewhere", async () => {
    const { client, clock } = await pair({ clientOptions: { bufferBytesMax: 2_000 } });
    client.wire.stalled = true;
    const first = client.send({ method: "PUT", body: Buffer.alloc(3_000) });
    await clock.advance(0);
    await expect(client.send()).rejects.toThrow("cannot carry");
    client.wire.release();
    expect(kindOf(await first)).toBe("200");
    expect(kindOf(await client.send())).toBe("200");
  });
});
