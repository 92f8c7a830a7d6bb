import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract, get, post, type ServeOptions, serve, stream } from "../../index.ts";
import { connectSecond, type MadeCall, type Reply, type SecondClient } from "./second-client.ts";
import {
  CALL_WINDOW,
  CALLS,
  END,
  frameOf,
  helloOf,
  IGNORABLE,
  INLINE_BYTES,
  KIND,
  u32,
  WINDOW,
} from "./second-client-frames.ts";
import { headOf } from "./second-client-head.ts";

const Text = z.object({ text: z.string() });

const wired = contract("wired", {
  greet: get("/greet/:name", {
    params: z.object({ name: z.string() }),
    query: z.object({ tag: z.array(z.string()).optional() }),
    returns: Text,
  }),
  echo: post("/echo", { body: Text, returns: Text }),
  waits: get("/waits", { returns: Text }),
  declines: get("/declines", {
    returns: Text,
    errors: { declined: { status: 422, details: z.object({ why: z.string() }) } },
  }),
  counts: get("/counts", { returns: stream(z.object({ at: z.number() })) }),
});

/** What the handlers wait for and tell. */
function createScene() {
  const scene = {
    begun: 0,
    released: Promise.withResolvers<void>(),
    aborted: Promise.withResolvers<void>(),
    left: Promise.withResolvers<number>(),
    turns: Array.from({ length: 3 }, () => Promise.withResolvers<void>()),
    onBegun: () => {},
    /** Settles when so many calls wait. */
    waiting: (calls: number) =>
      new Promise<void>((resolve) => {
        scene.onBegun = () => scene.begun >= calls && resolve();
        scene.onBegun();
      }),
  };
  return scene;
}

async function start(options: Partial<ServeOptions> = {}) {
  const scene = createScene();
  const handlers = {
    greet: ({ params, query }: { params: { name: string }; query: { tag?: string[] | undefined } }) => ({
      text: [`hello ${params.name}`, ...(query.tag ?? [])].join(" "),
    }),
    echo: ({ body }: { body: { text: string } }) => body,
    async waits(_: unknown, { signal }: { signal: AbortSignal }) {
      scene.begun += 1;
      scene.onBegun();
      signal.addEventListener("abort", () => scene.aborted.resolve());
      await Promise.race([scene.released.promise, once(signal, "abort")]);
      signal.throwIfAborted();
      return { text: "waited" };
    },
    declines: () => {
      throw wired.errors.declined({ why: "too late" });
    },
    async *counts(_: unknown, { signal }: { signal: AbortSignal }) {
      let at = 0;
      const gone = once(signal, "abort");
      try {
        for (const turn of scene.turns) {
          await Promise.race([turn.promise, gone]);
          signal.throwIfAborted();
          yield { at: at++ };
        }
      } finally {
        scene.left.resolve(at);
      }
    },
  };
  const quick = { drainPropagationMs: 0, queueDelayMsMax: 2_147_483_647, adaptive: false };
  const service = await serve(wired, handlers, { ...quick, ...options }).listen({ port: 0 });
  const clients: SecondClient[] = [];
  return {
    ...scene,
    service,
    async connect(settings = {}) {
      const client = await connectSecond(service.address, settings);
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.socket.destroy();
      scene.released.resolve();
      for (const turn of scene.turns) turn.resolve();
      await service.close();
    },
  };
}

async function textOf({ body }: Reply): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function jsonOf(reply: Reply) {
  return JSON.parse(await textOf(reply));
}

/** The events of a stream, each as its lines, one at a time. */
async function* eventsOf({ body }: Reply) {
  let text = "";
  for await (const chunk of body) {
    text += chunk.toString();
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      yield text.slice(0, end);
      text = text.slice(end + 2);
    }
  }
}

const JSON_TYPE = { "content-type": "application/json" };

function echo(client: SecondClient, text: string) {
  return client.call("POST", "/echo", JSON_TYPE, Buffer.from(JSON.stringify({ text })));
}

async function greeting(client: SecondClient, name: string): Promise<unknown> {
  return jsonOf(await client.call("GET", `/greet/${name}`).reply);
}

/** Makes the call again while it is nacked, as of a burst some may be. */
async function answered(make: () => MadeCall): Promise<unknown> {
  const reply = await make().reply;
  const parsed = await jsonOf(reply);
  return reply.headers["x-shoal-nack"] === "retryable" ? answered(make) : parsed;
}

describe("calls", () => {
  it("carry target, headers and body, and are answered with status, headers and body", async () => {
    await using at = await start();
    const client = await at.connect();
    const reply = await client.call("GET", "/greet/a%20b?tag=x&tag=y", { accept: "application/json", "x-own": "ä" })
      .reply;
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({ ...JSON_TYPE, "x-shoal-instance": expect.stringMatching(/^wired-/) });
    expect(await jsonOf(reply)).toEqual({ text: "hello a b x y" });
    expect(await jsonOf(await echo(client, "ünï").reply)).toEqual({ text: "ünï" });
  });

  it("are written as in the document, byte by byte", () => {
    const headers = { ...JSON_TYPE, "x-deadline-ms": "2900", "x-shoal-attempt": "1", "x-own": "a" };
    const payload = Buffer.concat([headOf("POST", "/quotes", headers), Buffer.from("{}")]);
    expect(frameOf(KIND.REQUEST + END, 1, payload).toString("latin1")).toBe(
      "\0\0\x23\x41\0\0\0\x01\0\x09\0\x11\x03\0\x07\x80\x07\0\x04\x88\0\x05\0\x01/quotes2900x-owna{}",
    );
  });

  it("go 200 at once over one connection, each with its own reply", async () => {
    await using at = await start();
    const client = await at.connect();
    const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
    const replies = names.map((name, index) =>
      answered(() => (index % 2 === 0 ? client.call("GET", `/greet/${name}`) : echo(client, `hello ${name}`))),
    );
    expect(await Promise.all(replies)).toEqual(names.map((name) => ({ text: `hello ${name}` })));
  });

  it("overtake one that waits", async () => {
    await using at = await start();
    const client = await at.connect();
    const waits = client.call("GET", "/waits");
    await at.waiting(1);
    expect(await greeting(client, "you")).toEqual({ text: "hello you" });
    at.released.resolve();
    expect(await jsonOf(await waits.reply)).toEqual({ text: "waited" });
  });

  it("are answered with the problem document of a declared error, of a route that is none, of a deadline", async () => {
    await using at = await start();
    const client = await at.connect();
    const declined = await client.call("GET", "/declines").reply;
    expect(declined.status).toBe(422);
    expect(declined.headers["content-type"]).toBe("application/problem+json");
    const type = "service:wired/errors/declined";
    expect(await jsonOf(declined)).toMatchObject({ type, code: "declined", status: 422, details: { why: "too late" } });
    const unknown = await client.call("GET", "/nowhere").reply;
    expect([unknown.status, (await jsonOf(unknown)).code]).toEqual([404, "OPERATION_UNKNOWN"]);
    const late = await client.call("GET", "/waits", { "x-deadline-ms": "30" }).reply;
    expect(late.status).toBeOneOf([504, 503]); // 503 if it had not begun by then
    expect((await jsonOf(late)).code).toBe("DEADLINE_EXCEEDED");
  });

  it("end their handler when they are cancelled, and the connection goes on", async () => {
    await using at = await start();
    const client = await at.connect();
    const call = client.call("GET", "/waits");
    await at.waiting(1);
    call.cancel();
    await expect(call.reply).rejects.toMatchObject({ fate: "ambiguous" });
    await at.aborted.promise;
    expect(await greeting(client, "you")).toEqual({ text: "hello you" });
  });

  it("over the service's limit are nacked, and may be made again elsewhere", async () => {
    await using at = await start({ concurrencyMax: 1, concurrencyMin: 1 });
    const client = await at.connect();
    const calls = Array.from({ length: 140 }, () => client.call("GET", "/waits"));
    const refused = await calls[139]?.reply;
    expect([refused?.status, refused?.headers["x-shoal-nack"]]).toEqual([503, "retryable"]);
    expect(refused && (await jsonOf(refused)).code).toBe("OVERLOADED");
    at.released.resolve();
    expect((await calls[0]?.reply)?.status).toBe(200);
  });

  it("over the connection's callsMax are nacked", async () => {
    await using at = await start();
    const client = await at.connect();
    const callsMax = client.theirs[CALLS] ?? 0;
    client.theirs = { ...client.theirs, [CALLS]: callsMax + 1 };
    client.socket.cork();
    const calls = Array.from({ length: callsMax + 1 }, () => client.call("GET", "/waits"));
    client.socket.uncork();
    await expect(calls[callsMax]?.reply).rejects.toMatchObject({ fate: "nacked" });
    expect((await calls[callsMax - 1]?.reply)?.status).toBe(503);
    at.released.resolve();
    expect((await calls[0]?.reply)?.status).toBe(200);
  });
});

describe("bodies", () => {
  const large = "0123456789abcdef".repeat(50_000);

  it.each([
    ["the default windows", {}],
    ["small windows", { [CALL_WINDOW]: 10_000, [WINDOW]: 30_000 }],
    ["a call's window above the connection's, and nothing inline", { [WINDOW]: 1_024, [INLINE_BYTES]: 0 }],
  ])("of 800 KB go there and back within %s", async (_, settings) => {
    await using at = await start();
    const client = await at.connect(settings);
    const [one, two, small] = [echo(client, large), echo(client, `${large}!`), echo(client, "small")];
    expect(await jsonOf(await small.reply)).toEqual({ text: "small" });
    const replies = await Promise.all([one.reply, two.reply]);
    expect(replies[0].headers["content-length"]).toBe(String(large.length + 11));
    expect(await Promise.all(replies.map(jsonOf))).toEqual([{ text: large }, { text: `${large}!` }]);
  });

  it("that nobody reads do not hold those of other calls", async () => {
    await using at = await start();
    const client = await at.connect({ [CALL_WINDOW]: 10_000 });
    const unread = await echo(client, large).reply;
    expect(await jsonOf(await echo(client, `${large}!`).reply)).toEqual({ text: `${large}!` });
    expect(await jsonOf(unread)).toEqual({ text: large });
  });

  it("are not sent on once the reply is there, and count for no window that others need", async () => {
    await using at = await start();
    const client = await at.connect({ [WINDOW]: 100_000 });
    for (let round = 0; round < 12; round += 1) {
      const refused = await client.call("POST", "/echo", JSON_TYPE, Buffer.alloc(1_100_000, " ")).reply;
      expect(refused.status).toBe(413);
      const givenUp = echo(client, large);
      await givenUp.reply;
      givenUp.cancel();
    }
    expect(await jsonOf(await echo(client, large).reply)).toEqual({ text: large });
  });

  it("stream: each item can be read before the next is made, and the last event is the end", async () => {
    await using at = await start();
    const client = await at.connect();
    at.turns[0]?.resolve();
    const reply = await client.call("GET", "/counts").reply;
    expect([reply.status, reply.headers["content-type"]]).toEqual([200, "text/event-stream"]);
    const events = eventsOf(reply);
    expect((await events.next()).value).toBe('data: {"at":0}');
    at.turns[1]?.resolve();
    expect((await events.next()).value).toBe('data: {"at":1}');
    at.turns[2]?.resolve();
    expect((await events.next()).value).toBe('data: {"at":2}');
    expect((await events.next()).value).toBe('event: end\ndata: {"items":3}');
    expect((await events.next()).done).toBe(true);
  });

  it("stream until the reader leaves, which ends the handler", async () => {
    await using at = await start();
    const client = await at.connect();
    at.turns[0]?.resolve();
    for await (const event of eventsOf(await client.call("GET", "/counts").reply)) {
      expect(event).toBe('data: {"at":0}');
      break;
    }
    expect(await at.left.promise).toBe(1);
    expect(await greeting(client, "you")).toEqual({ text: "hello you" });
  });
});

/** What a service closes the connection for, and with which code; the frames are sent after a call. */
const FAULTS: readonly (readonly [string, number, Buffer])[] = [
  ["an unknown kind", 1, frameOf(9, 0, Buffer.alloc(1))],
  ["a second HELLO", 1, frameOf(KIND.HELLO, 0, helloOf({}))],
  ["a REPLY from the client", 1, frameOf(KIND.REPLY + END, 1, Buffer.from([0, 0, 0, 0, 0, 0, 200]))],
  ["a call whose number is not higher", 1, frameOf(KIND.REQUEST + END, 1, headOf("GET", "/greet/you", {}))],
  ["DATA for a call that was never made", 1, frameOf(KIND.DATA, 9, Buffer.alloc(1))],
  [
    "a REQUEST without END, but with a body",
    1,
    frameOf(KIND.REQUEST, 2, Buffer.concat([headOf("POST", "/echo", {}), u32(0)])),
  ],
  ["an unknown method", 1, frameOf(KIND.REQUEST + END, 2, Buffer.from([0, 0, 0, 1, 8, 0, 1, 47]))],
  ["a target without a slash", 1, frameOf(KIND.REQUEST + END, 2, headOf("GET", "greet", {}))],
  ["a line end in a header", 1, frameOf(KIND.REQUEST + END, 2, headOf("GET", "/greet/you", { "x-own": "a\r\n" }))],
  ["a header of the connection", 1, frameOf(KIND.REQUEST + END, 2, headOf("GET", "/greet/you", { te: "trailers" }))],
  ["an unknown header", 1, frameOf(KIND.REQUEST + END, 2, Buffer.from([0, 1, 0, 1, 1, 0, 1, 150, 47]))],
  ["a text that is not filled", 1, frameOf(KIND.REQUEST + END, 2, Buffer.from([0, 0, 0, 2, 1, 0, 1, 47, 47]))],
  ["a PING of 7 bytes", 1, frameOf(KIND.PING, 0, Buffer.alloc(7))],
  ["a frame over its limit", 2, frameOf(KIND.DATA + IGNORABLE, 1, Buffer.alloc(65_537))],
  [
    "a head over its limit",
    2,
    frameOf(KIND.REQUEST + END, 2, headOf("GET", "/greet/you", { "x-own": "a".repeat(16_384) })),
  ],
  ["a CREDIT of nothing", 3, frameOf(KIND.CREDIT, 0, u32(0))],
  ["a CREDIT for more than a window can be", 3, frameOf(KIND.CREDIT, 0, u32(2_147_483_647))],
];

describe("a connection", () => {
  it.each(FAULTS)("is ended for %s with code %i, and others go on", async (_, code, bytes) => {
    await using at = await start();
    const [broken, other] = await Promise.all([at.connect(), at.connect()]);
    const waits = [broken.call("GET", "/waits"), other.call("GET", "/waits")] as const;
    await at.waiting(2);
    broken.socket.write(bytes);
    expect(await broken.goAway.promise).toMatchObject({ code, text: expect.stringMatching(/./) });
    await expect(waits[0].reply).rejects.toMatchObject({ fate: "ambiguous" });
    await broken.closed.promise;
    await at.aborted.promise;
    expect(await greeting(other, "you")).toEqual({ text: "hello you" });
  });

  it.each([
    ["an IGNORABLE frame of an unknown kind", frameOf(9 + IGNORABLE, 77, Buffer.from("later"))],
    [
      "CREDIT and CANCEL for calls that were never made",
      Buffer.concat([frameOf(4, 9, u32(1)), frameOf(5, 9, Buffer.of(0))]),
    ],
    [
      "CREDIT, CANCEL and DATA for one that is over",
      Buffer.concat([frameOf(4, 1, u32(1)), frameOf(5, 1, Buffer.of(0)), frameOf(3, 1, u32(0))]),
    ],
    ["a PONG that nobody asked for", frameOf(KIND.PONG, 0, Buffer.alloc(8))],
  ])("passes over %s", async (_, bytes) => {
    await using at = await start();
    const client = await at.connect();
    await greeting(client, "one");
    client.socket.write(bytes);
    expect(await greeting(client, "you")).toEqual({ text: "hello you" });
  });

  it.each([
    ["another version", 6, Buffer.from([2])],
    ["an unknown setting", 6, helloOf({ 7: 1 })],
    ["a value out of range", 1, helloOf({ 1: 1_023 })],
    ["half a setting", 1, Buffer.from([1, 1, 0])],
  ])("is ended for a HELLO with %s", async (_, code, hello) => {
    await using at = await start();
    const client = await connectSecond(at.service.address, {}, hello);
    expect(await client.goAway.promise).toMatchObject({ lastCall: 0, code });
    await client.closed.promise;
  });

  it("answers a ping with its bytes, and too many with its end", async () => {
    await using at = await start();
    const client = await at.connect();
    expect(await client.ping(Buffer.from("8 bytes!"))).toEqual(Buffer.from("8 bytes!"));
    client.socket.write(Buffer.concat(Array.from({ length: 300 }, () => frameOf(KIND.PING, 0, Buffer.alloc(8)))));
    expect(await client.goAway.promise).toMatchObject({ code: 4 });
  });

  it("is left by its client without a failed call", async () => {
    await using at = await start();
    const client = await at.connect();
    const waits = client.call("GET", "/waits");
    await at.waiting(1);
    const left = client.close();
    at.released.resolve();
    expect(await jsonOf(await waits.reply)).toEqual({ text: "waited" });
    await left;
  });

  it("of a service that stops says so, takes no more calls, and ends when the last is answered", async () => {
    await using at = await start();
    const client = await at.connect();
    const waits = client.call("GET", "/waits");
    await at.waiting(1);
    const stopped = at.service.close();
    expect(await client.goAway.promise).toMatchObject({ lastCall: 4_294_967_295, code: 0 });
    expect(() => client.call("GET", "/greet/you")).toThrow("unsent");
    at.released.resolve();
    expect(await jsonOf(await waits.reply)).toEqual({ text: "waited" });
    await Promise.all([client.closed.promise, stopped]);
  });

  it("of a service that stops still begins the call that crosses the go-away", async () => {
    await using at = await start();
    const client = await at.connect();
    const waits = client.call("GET", "/waits");
    await at.waiting(1);
    const stopped = at.service.close();
    const crossing = client.call("GET", "/greet/you");
    expect(client.seen[KIND.GO_AWAY]).toBe(0);
    expect((await crossing.reply).status).toBeOneOf([200, 503]);
    at.released.resolve();
    expect((await waits.reply).status).toBe(200);
    await stopped;
  });
});

/** A server that writes what the test gives it, and a client connected to it. */
async function scripted() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const connecting = connectSecond(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [socket] = await accepted;
  const upgraded = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nUpgrade: SHOAL-mux/1\r\n\r\n";
  socket.write(Buffer.concat([Buffer.from(upgraded), frameOf(KIND.HELLO, 0, helloOf({ 200: 1 }))]));
  const client = await connecting;
  return {
    socket,
    client,
    [Symbol.dispose]() {
      client.socket.destroy();
      socket.destroy();
      server.close();
    },
  };
}

describe("the client", () => {
  it("answers pings, and takes the calls above a go-away's number for unsent", async () => {
    using at = await scripted();
    const calls = [1, 2, 3].map(() => at.client.call("GET", "/"));
    const ping = frameOf(KIND.PING, 0, Buffer.from("12345678"));
    const goAway = frameOf(KIND.GO_AWAY, 0, Buffer.concat([u32(2), Buffer.of(0)]));
    at.socket.write(Buffer.concat([ping, goAway]));
    await expect(calls[2]?.reply).rejects.toMatchObject({ fate: "unsent" });
    let got = Buffer.alloc(0);
    const pong = frameOf(KIND.PONG, 0, Buffer.from("12345678"));
    while (!got.includes(pong)) got = Buffer.concat([got, (await once(at.socket, "data"))[0]]);
    const reply = (id: number) => frameOf(KIND.REPLY + END, id, Buffer.from("\0\x01\0\0\0\0\xc8\x80{}", "latin1"));
    at.socket.write(Buffer.concat([reply(2), frameOf(KIND.CANCEL, 1, Buffer.of(2))]));
    await expect(calls[0]?.reply).rejects.toMatchObject({ fate: "ambiguous" });
    const answered = await calls[1]?.reply;
    expect(answered && (await jsonOf(answered))).toEqual({});
    await at.client.closed.promise;
  });

  it("takes its calls for ambiguous when the connection is lost", async () => {
    using at = await scripted();
    const call = at.client.call("GET", "/");
    at.socket.destroy();
    await expect(call.reply).rejects.toMatchObject({ fate: "ambiguous" });
  });
});
