import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract } from "../contract/contract.ts";
import { get, post } from "../contract/operation.ts";
import { shoalError } from "../core/errors.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { createRecordingRecorder } from "../testing/recording-recorder.ts";
import { arrivingContext } from "../transport/arrival.ts";
import { arrivalOf } from "./arrival.ts";
import { assemble } from "./assemble.ts";
import { handlerTable } from "./handlers.ts";
import { resolveServeOptions } from "./options.ts";
import { recordExchange } from "./record-exchange.ts";

const CARD = "4111111111111111";
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const pay = contract("payments", {
  pay: post("/pay/:account", {
    params: z.object({ account: z.string() }),
    query: z.object({ q: z.string().optional() }),
    headers: z.object({ "x-mark": z.string() }),
    body: z.object({ card: z.object({ number: z.string() }) }),
    returns: z.object({ id: z.string(), receipt: z.string(), echo: z.string() }),
    errors: { declined: 402 },
    sensitive: ["body.card.number", "returns.receipt", "params.account", "query.q", "headers.x-mark"],
  }),
  broken: get("/broken", { returns: z.object({}) }),
  list: get("/list", { returns: z.array(z.number()) }),
});

function server(sampled = true, slowMs = 1_000) {
  const recorder = createRecordingRecorder(sampled, slowMs);
  const runtime = { ...createFakeRuntime(), recorder };
  const handlers = {
    pay: () => ({ id: "7", receipt: "R-SECRET", echo: `paid with ${CARD}` }),
    broken: () => {
      throw shoalError("UPSTREAM_FAILED", { message: "no" });
    },
    list: () => [1, 2],
  };
  const options = resolveServeOptions({});
  const assembled = assemble({ contract: pay, handlerOf: handlerTable(pay, handlers), options, runtime });
  assembled.lifecycle.advance("ready");
  const send = (request: Partial<HttpRequest>, signal = new AbortController().signal) =>
    assembled.handle(
      { method: "GET", target: "/list", headers: {}, body: undefined, ...request },
      arrivingContext(signal),
    );
  return {
    ...assembled,
    send,
    exchanges: () => recorder.exchanges.map((pending) => pending.make()),
    runtime,
    recorder,
  };
}

const body = Buffer.from(JSON.stringify({ card: { number: CARD } }));
const payment: Partial<HttpRequest> = {
  method: "POST",
  target: "/pay/acc-12345?q=hush-hush",
  headers: {
    "content-type": "application/json",
    authorization: "Bearer abc",
    "x-mark": "marked",
    "x-shoal-caller": "shop",
    traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
  },
  body,
};

describe("recordExchange", () => {
  it("records what came in and what went out", async () => {
    const { send, exchanges } = server();
    const reply = await send({ target: "/list?limit=1", headers: { traceparent: `00-${TRACE}-b7ad6b7169203331-01` } });
    expect(exchanges()).toMatchObject([
      {
        side: "server",
        traceId: TRACE,
        spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
        peer: "",
        external: false,
        operation: "list",
        method: "GET",
        url: "http://payments.service/list?limit=1",
        status: 200,
        error: "",
        attempts: [],
        request: { body: { bytes: 0, text: "", truncated: false } },
        reply: { body: { bytes: 5, text: "[1,2]", truncated: false, encoding: "utf8" } },
      },
    ]);
    expect(reply.headers["x-shoal-sensitive"]).toBeUndefined();
  });

  it("hides what the contract calls sensitive, where it is and where it is quoted, and tells callers of it", async () => {
    const { send, exchanges } = server();
    const reply = await send(payment);
    expect(JSON.parse(String(reply.body))).toMatchObject({ receipt: "R-SECRET" });
    expect(reply.headers["x-shoal-sensitive"]).toMatch(/^\/pay\/:account body.card.number /);
    const [exchange] = exchanges();
    expect(exchange).toMatchObject({ peer: "shop", url: "http://payments.service/pay/[redacted]?q=[redacted]" });
    expect(exchange?.request.body.text).toBe('{"card":{"number":"[redacted]"}}');
    expect(exchange?.reply?.body.text).toBe('{"id":"7","receipt":"[redacted]","echo":"paid with [redacted]"}');
    for (const secret of [CARD, "R-SECRET", "acc-12345", "hush-hush", "abc", "marked"]) {
      expect(JSON.stringify(exchange)).not.toContain(`${secret}"`);
    }
  });

  it("records refusals and problem documents, but not the service's own paths", async () => {
    const { send, exchanges } = server();
    for (const target of ["/nowhere", "/broken", "/health/live", "/metrics", "/.well-known/shoal"])
      await send({ target });
    expect(exchanges().map(({ operation, status }) => [operation, status])).toEqual([
      ["GET /nowhere", 404],
      ["broken", 502],
    ]);
    expect(exchanges()[1]?.reply?.body.text).toContain("UPSTREAM_FAILED");
  });

  it("records of an unsampled trace what failed or was slow, and nothing else", async () => {
    const quick = server(false);
    await quick.send({});
    await quick.send({ target: "/broken" });
    expect(quick.exchanges().map(({ status }) => status)).toEqual([502]);
    const slow = server(false, 0);
    await slow.send({});
    expect(slow.exchanges()).toHaveLength(1);
  });

  it("shows of a HEAD no body, and of a body that was refused unread its length", async () => {
    const { send, exchanges } = server();
    await send({ method: "HEAD" });
    await send({ ...payment, headers: { ...payment.headers, "content-length": "99999999" }, body: stream([body]) });
    expect(exchanges()[0]).toMatchObject({ method: "HEAD", reply: { body: { bytes: 0, truncated: false } } });
    expect(exchanges()[1]).toMatchObject({
      status: 413,
      request: { body: { bytes: 99_999_999, text: "", truncated: true } },
    });
  });

  it("shows a request that streamed in, once it was read", async () => {
    const { send, exchanges } = server();
    await send({ ...payment, body: stream([body.subarray(0, 5), body.subarray(5)]) });
    expect(exchanges()[0]?.request.body).toMatchObject({ bytes: body.byteLength, truncated: false });
  });

  it("says that the caller had gone", async () => {
    const { send, exchanges } = server();
    const caller = new AbortController();
    caller.abort(new Error("bye"));
    await send({}, caller.signal);
    expect(exchanges()[0]?.error).toBe("CANCELLED: bye");
  });

  it("records a reply that streams when it ends, is left, or has gone on for long", async () => {
    const { runtime, recorder, exchanges } = server();
    const filter = recordExchange({ service: "payments", ports: runtime.ports, recorder });
    const reply = (): HttpReply => ({
      status: 200,
      headers: {},
      body: stream([Buffer.from("one "), Buffer.from("two")]),
    });
    const message = { method: "GET", target: "/list", headers: {}, body: undefined };
    const context = {
      ...arrivingContext(new AbortController().signal),
      trace: { traceId: TRACE, spanId: "1".repeat(16), flags: 1, state: "" },
    };
    const ask = () =>
      filter(
        arrivalOf(message, { kind: "refused", error: shoalError("INTERNAL", { message: "" }), allow: undefined }),
        context,
        async () => reply(),
      );
    for await (const _ of (await ask()).body as AsyncIterable<Uint8Array>) expect(exchanges()).toEqual([]);
    for await (const _ of (await ask()).body as AsyncIterable<Uint8Array>) break;
    await ask();
    await runtime.ports.clock.advance(30_000);
    expect(exchanges().map(({ error, reply: sent }) => [error, sent?.body.text, sent?.body.truncated])).toEqual([
      ["", "one two", false],
      ["CANCELLED: the caller has gone", "one ", true],
      ["", "", false],
    ]);
  });
});

async function* stream(chunks: readonly Uint8Array[]) {
  yield* chunks;
}
