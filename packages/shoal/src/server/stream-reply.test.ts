import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { currentRuntime, withRuntime } from "../client/process-runtime.ts";
import { contract } from "../contract/contract.ts";
import { EventStreamParser, type StreamEvent } from "../contract/event-stream.ts";
import { get, post } from "../contract/operation.ts";
import { stream } from "../contract/stream.ts";
import { sleep } from "../core/clock.ts";
import { type Context, currentContext } from "../core/context.ts";
import { shoalError } from "../core/errors.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import type { Recorder } from "../telemetry/recorder.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { createRecordingRecorder } from "../testing/recording-recorder.ts";
import { arrivingContext } from "../transport/arrival.ts";
import { assemble } from "./assemble.ts";
import { handlerTable } from "./handlers.ts";
import { resolveServeOptions, type ServeOptions } from "./options.ts";

const Tick = z.object({ n: z.number() });
const clockwork = contract("clockwork", {
  watch: get("/ticks", {
    query: z.object({ why: z.string().optional() }),
    returns: stream(Tick),
    errors: { gone: 410, busy: 503 },
  }),
  count: post("/count", { body: z.object({ to: z.number() }), returns: stream(Tick) }),
});

type Watch = (input: never, context: Context) => unknown;

function server(watch: Watch, given: Partial<ServeOptions> = {}, recorder?: Recorder) {
  const runtime = { ...createFakeRuntime(), ...(recorder && { recorder }) };
  const handlerOf = handlerTable(clockwork, { watch, count: watch });
  const inRuntime = (name: string) => (input: unknown, context: Context) =>
    withRuntime(runtime, () => handlerOf(name)(input, context));
  const options = resolveServeOptions(given);
  const assembled = assemble({ contract: clockwork, handlerOf: inRuntime, options, runtime });
  assembled.lifecycle.advance("ready");
  const caller = new AbortController();
  const send = (request: Partial<HttpRequest> = {}) =>
    assembled.handle(
      { method: "GET", target: "/ticks", headers: {}, body: undefined, ...request },
      arrivingContext(caller.signal),
    );
  return { ...runtime, ...assembled, clock: runtime.ports.clock, caller, send, options };
}

/** Reads the events of a reply one after the other; comments are "comment". */
function reading(reply: HttpReply) {
  const parser = new EventStreamParser(10_000);
  const body = reply.body as AsyncIterable<Uint8Array>;
  const chunks = body[Symbol.asyncIterator]();
  const next = async (): Promise<StreamEvent | "comment" | undefined> => {
    const { done, value } = await chunks.next();
    return done ? undefined : (parser.push(value)[0] ?? "comment");
  };
  const rest = async () => {
    const events: (StreamEvent | "comment")[] = [];
    for (let event = await next(); event !== undefined; event = await next()) events.push(event);
    return events;
  };
  return { next, rest, leave: async () => void (await chunks.return?.()) };
}

const item = (n: number) => ({ name: "message", data: JSON.stringify({ n }) });
const end = (items: number) => ({ name: "end", data: JSON.stringify({ items }) });
const problemOf = (event: StreamEvent | "comment" | undefined) =>
  typeof event === "object" && event.name === "problem" ? JSON.parse(event.data) : event;

/** A generator that yields when told to, and notes how it ended. */
function gated() {
  const notes: string[] = [];
  const asked: (() => void)[] = [];
  async function* watch(_: unknown, { signal }: Context) {
    signal.addEventListener("abort", () => notes.push(`aborted: ${signal.reason.code}`));
    try {
      for (let n = 1; ; n += 1) {
        notes.push(`makes ${n}`);
        await new Promise<void>((resolve, reject) => {
          asked.push(resolve);
          signal.addEventListener("abort", () => reject(signal.reason));
        });
        yield { n };
      }
    } finally {
      notes.push("finally");
    }
  }
  const go = () => asked.shift()?.();
  return { watch, go, notes };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("a streamed reply", () => {
  it("is text/event-stream: an event for each item, and one for the end", async () => {
    const { send } = server(async function* () {
      yield { n: 1, secret: "x" };
      yield { n: 2 };
    });
    const reply = await send();
    expect(reply).toMatchObject({
      status: 200,
      headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" },
    });
    expect(await reading(reply).rest()).toEqual([item(1), item(2), end(2)]);
  });

  it("is recorded with what it failed of after its first item, unless that is the caller's affair", async () => {
    const recorder = createRecordingRecorder();
    const watch = async function* ({ query }: { query: { why?: string } }) {
      yield { n: 1 };
      throw query.why === "gone" ? clockwork.errors.gone() : new Error("secret");
    };
    const { send } = server(watch as Watch, {}, recorder);
    await reading(await send()).rest();
    await reading(await send({ target: "/ticks?why=gone" })).rest();
    expect(recorder.exchanges.map((pending) => pending.make().error)).toEqual(["INTERNAL: clockwork.watch failed", ""]);
  });

  it("is its end alone when there was no item", async () => {
    const { send, streams } = server(async function* () {});
    expect(await reading(await send()).rest()).toEqual([end(0)]);
    expect(streams.count()).toBe(0);
  });

  it("takes what an ordinary method returns: any async iterable, or a promise of one", async () => {
    let at = 0;
    const iterable = {
      [Symbol.asyncIterator]: () => ({
        async next() {
          at += 1;
          return { done: at > 2, value: { n: at } };
        },
      }),
    };
    const { send } = server(async () => iterable);
    expect(await reading(await send()).rest()).toEqual([item(1), item(2), end(2)]);
  });

  it("hands the input to the handler as ever", async () => {
    const { send } = server(async function* ({ body }: { body: { to: number } }) {
      for (let n = 1; n <= body.to; n += 1) yield { n };
    } as Watch);
    const headers = { "content-type": "application/json" };
    const reply = await send({ method: "POST", target: "/count", headers, body: Buffer.from('{"to":2}') });
    expect(await reading(reply).rest()).toEqual([item(1), item(2), end(2)]);
    const refused = await send({ method: "POST", target: "/count", headers, body: Buffer.from('{"to":"2"}') });
    expect(refused.status).toBe(400);
  });

  it("makes no item before somebody asks for it", async () => {
    let made = 0;
    const { send } = server(async function* () {
      for (;;) {
        made += 1;
        yield { n: made };
      }
    });
    const reader = reading(await send());
    expect(made).toBe(1);
    for (let n = 1; n <= 5; n += 1) expect(await reader.next()).toEqual(item(n));
    await settled();
    expect(made).toBe(5);
    await reader.leave();
  });
});

describe("a stream that fails", () => {
  it.each([
    ["a declared error", () => clockwork.errors.gone({ since: 1 }), 410, "gone"],
    ["any other", () => new Error("secret"), 500, "INTERNAL"],
  ])("before its first item is answered as any operation: %s", async (_, error, status, code) => {
    const { send, streams } = server(async function* () {
      if (Date.now() > 0) throw error();
      yield { n: 1 };
    });
    const reply = await send();
    expect(reply.status).toBe(status);
    expect(JSON.parse(String(reply.body))).toMatchObject({ code });
    expect(String(reply.body)).not.toContain("secret");
    expect(streams.count()).toBe(0);
  });

  it.each([
    [
      "a declared error",
      () => clockwork.errors.gone({ since: 1 }),
      { status: 410, code: "gone", details: { since: 1 } },
    ],
    ["any other", () => new Error("secret"), { status: 500, code: "INTERNAL" }],
  ])("after an item ends with a problem document: %s", async (_, error, expected) => {
    const { send, streams, log } = server(async function* () {
      yield { n: 1 };
      throw error();
    });
    const events = await reading(await send()).rest();
    expect(events).toHaveLength(2);
    expect(problemOf(events[1])).toMatchObject(expected);
    expect(JSON.stringify(events)).not.toContain("secret");
    expect(log.lines.filter(({ level }) => level === "error")).toHaveLength(expected.code === "INTERNAL" ? 1 : 0);
    expect(streams.count()).toBe(0);
  });

  it.each([
    ["first", 1],
    ["second", 2],
  ])("for what its contract does not allow, in its %s item: the handler is ended", async (_, bad) => {
    let ended = false;
    const { send, streams } = server(async function* () {
      try {
        for (let n = 1; ; n += 1) yield { n: n === bad ? "wrong" : n };
      } finally {
        ended = true;
      }
    });
    const reply = await send();
    const problem = bad === 1 ? JSON.parse(String(reply.body)) : problemOf((await reading(reply).rest())[1]);
    expect(problem).toMatchObject({ code: "REPLY_INVALID", status: 500 });
    await settled();
    expect([ended, streams.count()]).toEqual([true, 0]);
  });

  it("is told to be one: what is no async iterable", async () => {
    const { send, log } = server(() => [{ n: 1 }]);
    expect((await send()).status).toBe(500);
    expect(JSON.stringify(log.lines)).toContain("did not return an async iterable");
  });
});

describe("a stream whose caller leaves", () => {
  it.each([
    [
      "its connection closes",
      (_: unknown, caller: AbortController) => caller.abort(shoalError("CANCELLED", { message: "gone" })),
    ],
    ["its body is let go of", (reader: ReturnType<typeof reading>) => reader.leave()],
  ])("ends its handler: %s", async (_, leave) => {
    const { watch, go, notes } = gated();
    const { send, caller, streams } = server(watch);
    const sent = send();
    await settled();
    go();
    const reader = reading(await sent);
    expect(await reader.next()).toEqual(item(1));
    const waiting = reader.next();
    await settled();
    await leave(reader, caller);
    expect(await waiting).toBeUndefined();
    await settled();
    expect(notes).toEqual(["makes 1", "makes 2", "aborted: CANCELLED", "finally"]);
    expect(streams.count()).toBe(0);
  });

  it("ends a handler that stands at its yield, and nobody reads the reply", async () => {
    const notes: string[] = [];
    const { send, caller, streams } = server(async function* (_: never, { signal }) {
      try {
        yield { n: 1 };
      } finally {
        notes.push(`finally, aborted ${signal.aborted}`);
      }
    });
    await send();
    expect(streams.count()).toBe(1);
    caller.abort();
    await settled();
    expect([notes, streams.count()]).toEqual([["finally, aborted true"], 0]);
  });

  it("is given up when nothing of it is taken for streamUnreadMs", async () => {
    const { send, clock, streams, options } = server(async function* () {
      for (;;) yield { n: 1 };
    });
    const reader = reading(await send());
    await reader.next();
    await clock.advance(options.streamUnreadMs - 1);
    expect(streams.count()).toBe(1);
    await reader.next();
    await clock.advance(options.streamUnreadMs);
    await settled();
    expect(streams.count()).toBe(0);
    expect(await reader.next()).toBeUndefined();
  });

  it("logs a handler that fails at its end, and one that does not end counts as hung", async () => {
    const items = {
      next: async () => ({ done: false, value: { n: 1 } }),
      return: () => Promise.reject(new Error("while closing")),
    };
    const failing = server(() => ({ [Symbol.asyncIterator]: () => items }));
    await reading(await failing.send()).leave();
    await settled();
    expect(JSON.stringify(failing.log.lines)).toContain("while closing");

    const hanging = server(async function* () {
      yield { n: 1 };
      await new Promise(() => {});
    });
    const reader = reading(await hanging.send());
    await reader.next();
    void reader.next();
    await settled();
    await reader.leave();
    await hanging.clock.advance(hanging.options.hungMs - 1);
    expect(hanging.streams.count()).toBe(1);
    await hanging.clock.advance(1);
    expect(hanging.streams.count()).toBe(0);
    expect(JSON.stringify(hanging.log.lines)).toContain("taken for hung");
  });
});

describe("a stream's time", () => {
  it("has the request's deadline until its first item, and none after it", async () => {
    const deadlines: number[] = [];
    const { send, clock } = server(async function* (_: never, context) {
      deadlines.push(context.deadlineMs - clock.now());
      yield { n: 1 };
      deadlines.push(context.deadlineMs);
      await sleep(clock, 60_000, context.signal);
      yield { n: 2 };
    });
    const reader = reading(await send({ headers: { "x-deadline-ms": "500" } }));
    expect(await reader.next()).toEqual(item(1));
    for (let beats = 0; beats < 5; beats += 1) {
      const beat = reader.next();
      await clock.advance(10_000);
      expect(await beat).toBe("comment");
    }
    const second = reader.next();
    await clock.advance(10_000);
    expect(await second).toEqual(item(2));
    expect(deadlines).toEqual([500, Number.POSITIVE_INFINITY]);
  });

  it("is over when no item came in time: 504, and the handler is told", async () => {
    const { watch, notes } = gated();
    const { send, clock, streams } = server(watch);
    const sent = send({ headers: { "x-deadline-ms": "500" } });
    await settled();
    await clock.advance(500);
    expect(await sent).toMatchObject({ status: 504 });
    await settled();
    expect(notes).toEqual(["makes 1", "aborted: DEADLINE_EXCEEDED", "finally"]);
    expect(streams.count()).toBe(0);
  });
});

describe("a handler that streams", () => {
  it("runs in its request's context and runtime, whoever asks for its items", async () => {
    const seen: boolean[] = [];
    const other = new AsyncLocalStorage<string>();
    const own = {
      ...server(async function* (_: never, context) {
        const look = () => seen.push(currentContext() === context && currentRuntime().log === context.log);
        try {
          look();
          yield { n: 1 };
          look();
          await settled();
          look();
          yield { n: 2 };
        } finally {
          look();
        }
      }),
    };
    const reader = reading(await own.send());
    await other.run("elsewhere", async () => {
      await reader.next();
      await reader.next();
      await reader.leave();
    });
    await settled();
    expect(seen).toEqual([true, true, true, true]);
  });
});

describe("many streams", () => {
  it("leave the places of other requests alone, and have a bound of their own", async () => {
    const { send, limiter, streams } = server(gatedFirst, { concurrencyMax: 1, concurrencyMin: 1, streamsMax: 3 });
    const open = [await send(), await send(), await send()];
    expect([limiter.active(), streams.count()]).toEqual([0, 3]);
    const refused = await send();
    expect(refused).toMatchObject({ status: 503, headers: { "x-shoal-nack": "retryable" } });
    await reading(open[0] as HttpReply).leave();
    await settled();
    expect((await send()).status).toBe(200);
  });

  async function* gatedFirst() {
    yield { n: 1 };
    yield { n: 2 };
  }

  it("are ended with an event that says why, by a drain", async () => {
    const { watch, go, notes } = gated();
    const { send, streams } = server(watch);
    const sent = send();
    await settled();
    go();
    const reader = reading(await sent);
    await reader.next();
    const waiting = reader.next();
    await settled();
    streams.endAll(shoalError("DRAINING", { message: "the instance is stopping" }));
    expect(problemOf(await waiting)).toMatchObject({ code: "DRAINING", status: 503 });
    expect(await reader.next()).toBeUndefined();
    await streams.idle();
    expect(notes.slice(-2)).toEqual(["aborted: DRAINING", "finally"]);
  });
});

describe("what does not fit a stream", () => {
  it("is left aside: an Idempotency-Key is not kept, and HEAD begins nothing that stays", async () => {
    const { send, streams } = server(gatedFirst);
    const headers = { "content-type": "application/json", "idempotency-key": "k" };
    const request = { method: "POST", target: "/count", headers, body: Buffer.from('{"to":2}') };
    const [first, second] = [await send(request), await send(request)];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.headers).not.toHaveProperty("idempotency-replayed");
    for (const reply of [first, second]) await reading(reply).leave();
    const head = await send({ method: "HEAD" });
    await settled();
    expect([head.status, head.body, streams.count()]).toEqual([200, undefined, 0]);
  });

  async function* gatedFirst() {
    yield { n: 1 };
    yield { n: 2 };
  }
});
