import { describe, expect, it } from "vitest";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import { arrivingContext } from "./arrival.ts";
import { createLocalTransport } from "./local.ts";
import type { Handler } from "./port.ts";

const request: HttpRequest = { method: "GET", target: "/", headers: {}, body: undefined };
const context = (signal = new AbortController().signal) => arrivingContext(signal);
const replyWith = (body: HttpReply["body"], headers = {}): Handler => {
  return async () => ({ status: 200, headers, body });
};

function connected(handler: Handler) {
  const transport = createLocalTransport();
  transport.serve("quotes", handler);
  return transport.connect("local:quotes");
}

describe("createLocalTransport", () => {
  it("hands the request over and brings the reply back", async () => {
    let seen: HttpRequest | undefined;
    const { send } = connected(async (arrived) => {
      seen = arrived;
      return { status: 201, headers: { "x-a": "1" }, body: Buffer.from("made") };
    });
    const body = Buffer.from("body");
    const outcome = await send({ ...request, method: "POST", headers: { a: "b" }, body }, context());
    expect(seen).toMatchObject({ method: "POST", target: "/", headers: { a: "b" } });
    expect(outcome).toMatchObject({ ok: true, reply: { status: 201, headers: { "x-a": "1" } } });
  });

  it("copies bodies both ways: neither side can change what the other holds", async () => {
    const kept: Uint8Array[] = [];
    const answer = Buffer.from("answer");
    const { send } = connected(async ({ body }) => {
      kept.push(body as Uint8Array);
      return { status: 200, headers: {}, body: answer };
    });
    const sent = Buffer.from("question");
    const outcome = await send({ ...request, body: sent }, context());
    sent.fill(0);
    const received = outcome.ok ? (outcome.reply.body as Uint8Array) : new Uint8Array();
    answer.fill(0);
    expect([String(Buffer.from(kept[0] ?? [])), String(Buffer.from(received))]).toEqual(["question", "answer"]);
  });

  it("copies the chunks of a stream", async () => {
    const chunk = Buffer.from("part");
    const { send } = connected(
      replyWith(
        (async function* () {
          yield chunk;
        })(),
      ),
    );
    const outcome = await send(request, context());
    const texts: string[] = [];
    if (outcome.ok) {
      for await (const part of outcome.reply.body as AsyncIterable<Uint8Array>) {
        chunk.fill(0);
        texts.push(String(Buffer.from(part)));
      }
    }
    expect(texts).toEqual(["part"]);
  });

  it("tells the handler nothing but what the request says: not the caller's deadline, trace or realm", async () => {
    let seen: unknown;
    const { send } = connected(async (_, given) => {
      const { signal: _signal, ...rest } = given;
      seen = rest;
      return { status: 204, headers: {}, body: undefined };
    });
    const rich = { ...context(), deadlineMs: 5, caller: "me", realm: "prod", attempt: 3, baggage: "a=1" };
    await send(request, rich);
    expect(seen).toMatchObject({ deadlineMs: Number.POSITIVE_INFINITY, caller: undefined, realm: "", attempt: 1 });
  });

  it("says that nothing answers at an address without a service, as a refused connection would", async () => {
    const outcome = await createLocalTransport().connect("local:nobody").send(request, context());
    expect(outcome).toMatchObject({ ok: false, kind: "unsent", error: { code: "CONNECT_FAILED" } });
  });

  it("finds a service that came after the connection, and loses one that has left", async () => {
    const transport = createLocalTransport();
    const connection = transport.connect("local:quotes");
    const leave = transport.serve("quotes", replyWith(undefined));
    expect((await connection.send(request, context())).ok).toBe(true);
    expect(() => transport.serve("quotes", replyWith(undefined))).toThrow("[PORT_TAKEN]");
    leave();
    expect((await connection.send(request, context())).ok).toBe(false);
    transport.serve("quotes", replyWith(undefined));
    leave();
    expect((await connection.send(request, context())).ok).toBe(true);
  });

  it("settles at once when the call is given up, and aborts the handler's signal, whatever the handler does", async () => {
    let aborted = false;
    const { send } = connected((_, { signal }) => {
      signal.addEventListener("abort", () => {
        aborted = true;
      });
      return new Promise(() => {});
    });
    const controller = new AbortController();
    const sending = send(request, context(controller.signal));
    await Promise.resolve();
    controller.abort(new Error("enough"));
    expect(await sending).toMatchObject({ ok: false, kind: "ambiguous", error: { code: "CANCELLED" } });
    expect(aborted).toBe(true);
  });

  it("sends nothing for a call that was given up before", async () => {
    let calls = 0;
    const { send } = connected(async () => {
      calls += 1;
      return { status: 204, headers: {}, body: undefined };
    });
    expect(await send(request, context(AbortSignal.abort()))).toMatchObject({ ok: false, kind: "unsent" });
    expect(calls).toBe(0);
  });

  it("lets a caller cancel a stream that is under way, also when the handler goes on", async () => {
    const controller = new AbortController();
    let seenBySource = false;
    const { send } = connected(async (_, { signal }) => ({
      status: 200,
      headers: {},
      body: (async function* () {
        yield Buffer.from("first");
        seenBySource = signal.aborted;
        await new Promise(() => {});
      })(),
    }));
    const outcome = await send(request, context(controller.signal));
    const seen: string[] = [];
    const read = async () => {
      if (!outcome.ok) return;
      for await (const chunk of outcome.reply.body as AsyncIterable<Uint8Array>) {
        seen.push(String(Buffer.from(chunk)));
        setImmediate(() => controller.abort());
      }
    };
    await expect(read()).rejects.toMatchObject({ code: "CANCELLED" });
    expect([seen, seenBySource]).toEqual([["first"], false]);
  });

  it("ends the source of a stream that its reader leaves", async () => {
    let ended = false;
    const { send } = connected(
      replyWith(
        (async function* () {
          try {
            for (;;) yield Buffer.from("more");
          } finally {
            ended = true;
          }
        })(),
      ),
    );
    const outcome = await send(request, context());
    if (outcome.ok) for await (const _ of outcome.reply.body as AsyncIterable<Uint8Array>) break;
    expect(ended).toBe(true);
  });

  it.each([
    ["rejects", () => Promise.reject(new Error("bug"))],
    [
      "throws",
      () => {
        throw new Error("bug");
      },
    ],
  ])("takes a handler that %s for a lost connection", async (_, handler) => {
    const outcome = await connected(handler).send(request, context());
    expect(outcome).toMatchObject({ ok: false, kind: "ambiguous", error: { code: "CONNECTION_LOST" } });
  });

  it("keeps what is about a wire to itself, and leaves no listener on the caller's signal", async () => {
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    const outcome = await connected(replyWith(undefined, { connection: "close", a: "1" })).send(
      request,
      context(signal),
    );
    expect(outcome).toMatchObject({ ok: true, reply: { headers: { a: "1" } } });
    expect(outcome.ok && outcome.reply.headers["connection"]).toBeUndefined();
    expect(listeners).toBe(0);
  });
});
