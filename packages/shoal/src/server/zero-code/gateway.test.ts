import { get, type RequestOptions, request } from "node:http";
import { describe, expect, it } from "vitest";
import type { Context } from "../../core/context.ts";
import { shoalError } from "../../core/errors.ts";
import { type HttpReply, type HttpRequest, readBody } from "../../core/message.ts";
import { createFakeRuntime } from "../../testing/fake-runtime.ts";
import { type CallService, createGateway } from "./gateway.ts";
import { createGatewayAgent } from "./gateway-agent.ts";

interface Seen {
  readonly service: string;
  readonly request: HttpRequest;
  readonly context: Context;
}

function make(answer: (seen: Seen) => HttpReply | Promise<HttpReply>) {
  const { ports, identity, log } = createFakeRuntime();
  const calls: Seen[] = [];
  const call: CallService = async (service, given, context) => {
    const seen = { service, request: given, context };
    calls.push(seen);
    return answer(seen);
  };
  const source = { ports, realm: identity.realm, log, handlerMs: Number.POSITIVE_INFINITY };
  const agent = createGatewayAgent(createGateway({ call, source: () => source, clock: ports.clock }));
  const ask = (path: string, options: RequestOptions & { body?: string | readonly string[] } = {}) =>
    new Promise<{ status: number; headers: object; text: string }>((resolve, reject) => {
      const { body = [], ...given } = options;
      const outgoing = request({ host: "quotes.service", path, agent, ...given }, (incoming) => {
        let text = "";
        incoming.on("data", (piece) => {
          text += String(piece);
        });
        incoming.on("error", reject);
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }));
      });
      outgoing.on("error", reject);
      for (const piece of typeof body === "string" ? [body] : body) outgoing.write(piece);
      outgoing.end();
    });
  return { ask, calls, agent, ports };
}

const reply = (body: HttpReply["body"], headers: HttpReply["headers"] = {}): HttpReply => ({
  status: 200,
  headers,
  body,
});

describe("createGateway", () => {
  it("turns a request into a call to the service, without what concerns only the connection", async () => {
    const { ask, calls } = make(() => reply(Buffer.from("42")));
    const headers = { "x-app": "1", connection: "keep-alive, x-hop", "x-hop": "1", expect: "100-continue" };
    expect(await ask("/quotes?id=7", { headers })).toMatchObject({ status: 200, text: "42" });
    const [seen] = calls;
    expect(seen?.service).toBe("quotes");
    expect(seen?.request).toEqual({
      method: "GET",
      target: "/quotes?id=7",
      headers: { "x-app": "1" },
      body: undefined,
    });
  });

  it("makes the call in the context that its headers tell", async () => {
    const { ask, calls, ports } = make(() => reply(undefined));
    const headers = {
      traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
      "x-deadline-ms": "700",
      baggage: "k=v",
    };
    await ask("/", { headers });
    expect(calls[0]?.context).toMatchObject({ deadlineMs: ports.clock.now() + 700, baggage: "k=v" });
    expect(calls[0]?.context.trace.traceId).toBe("a".repeat(32));
  });

  it("keeps a short body in memory, so that it can be sent again, and streams one of unknown length", async () => {
    const { ask, calls } = make(async ({ request: { body } }) => reply(await readBody(body, 1e6)));
    const sent = { method: "PUT", body: "short", headers: { "content-length": "5" } };
    expect((await ask("/", sent)).text).toBe("short");
    expect(calls[0]?.request.body).toEqual(Buffer.from("short"));
    expect((await ask("/", { method: "PUT", body: ["a", "b"] })).text).toBe("ab");
    expect(calls[1]?.request.body).not.toBeInstanceOf(Uint8Array);
  });

  it("streams a body over 64 KiB", async () => {
    const body = "x".repeat(64 * 1_024 + 1);
    const { ask, calls } = make(async (seen) => reply(await readBody(seen.request.body, 1e6)));
    const { text } = await ask("/", { method: "PUT", body, headers: { "content-length": String(body.length) } });
    expect(text).toHaveLength(body.length);
    expect(calls[0]?.request.body).not.toBeInstanceOf(Uint8Array);
  });

  it("passes the reply on: status, several cookies, stream", async () => {
    async function* pieces() {
      yield Buffer.from("one ");
      yield Buffer.from("two");
    }
    const { ask } = make(() => ({
      status: 207,
      headers: { "set-cookie": ["a=1", "b=2"], connection: "close", "transfer-encoding": "chunked" },
      body: pieces(),
    }));
    const got = await ask("/");
    expect(got).toMatchObject({ status: 207, text: "one two", headers: { "set-cookie": ["a=1", "b=2"] } });
    expect(got.headers).toMatchObject({ connection: "keep-alive" });
  });

  it("fails the request with the call's own error when no instance answered", async () => {
    const { ask } = make(() => {
      throw shoalError("NO_INSTANCE", { message: "quotes has no instance" });
    });
    await expect(ask("/")).rejects.toMatchObject({ code: "NO_INSTANCE" });
  });

  it("fails a reply that breaks off halfway, and the connection is not used again", async () => {
    async function* broken() {
      yield Buffer.from("one ");
      throw new Error("gone");
    }
    let calls = 0;
    const { ask } = make(() => {
      calls += 1;
      return calls === 1 ? reply(broken()) : reply(Buffer.from("fine"));
    });
    await expect(ask("/")).rejects.toThrow();
    expect((await ask("/")).text).toBe("fine");
  });

  it("cancels the call when the app gives it up", async () => {
    const cancelled = Promise.withResolvers<unknown>();
    const { agent } = make(({ context }) => {
      context.signal.addEventListener("abort", () => cancelled.resolve(context.signal.reason));
      outgoing.destroy();
      return new Promise(() => {});
    });
    const outgoing = get({ host: "quotes.service", path: "/", agent });
    outgoing.on("error", () => {});
    await expect(cancelled.promise).resolves.toMatchObject({ code: "CANCELLED" });
  });

  it("serves one request after the other on one connection, and many at once on several", async () => {
    const { ask } = make(({ request: { target } }) => reply(Buffer.from(target)));
    for (const path of ["/1", "/2"]) expect((await ask(path)).text).toBe(path);
    const paths = Array.from({ length: 50 }, (_, index) => `/${index}`);
    expect(await Promise.all(paths.map(async (path) => (await ask(path)).text))).toEqual(paths);
  });
});
