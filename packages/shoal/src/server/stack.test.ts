import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract } from "../contract/contract.ts";
import { get, post } from "../contract/operation.ts";
import { type Context, currentContext } from "../core/context.ts";
import { shoalError } from "../core/errors.ts";
import { SAMPLE_MS } from "../core/loop-delay.ts";
import type { HttpRequest } from "../core/message.ts";
import { NO_RESILIENCE_METER } from "../telemetry/resilience.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { arrivingContext } from "../transport/arrival.ts";
import { assemble } from "./assemble.ts";
import { handlerTable } from "./handlers.ts";
import { resolveServeOptions, type ServeOptions } from "./options.ts";

const Note = z.object({ text: z.string() });
const slowCheck = Promise.withResolvers<boolean>();
const notes = contract("notes", {
  slow: get("/slow", { query: z.object({}).refine(() => slowCheck.promise) }),
  add: post("/notes", { body: Note, returns: Note, errors: { full: 409 } }),
  read: get("/notes/:id", { params: z.object({ id: z.string() }), returns: Note, errors: { gone: 410 } }),
});

type Handle = (input: never, context: Context) => unknown;

function server(handlers: { add?: Handle; read?: Handle; slow?: Handle }, given: Partial<ServeOptions> = {}) {
  const shed: string[] = [];
  let asked = 0;
  const resilience = {
    ...NO_RESILIENCE_METER,
    shed: (criticality: string, reason: string) => void shed.push(`${criticality} ${reason}`),
    asked: () => {
      asked += 1;
    },
  };
  const runtime = { ...createFakeRuntime(), resilience };
  const { clock } = runtime.ports;
  const all = { add: () => ({ text: "added" }), read: () => ({ text: "read" }), slow: () => {}, ...handlers };
  const handlerOf = handlerTable(notes, all);
  const assembled = assemble({ contract: notes, handlerOf, options: resolveServeOptions(given), runtime });
  assembled.lifecycle.advance("ready");
  const send = async (request: Partial<HttpRequest>, signal = new AbortController().signal) => {
    const whole = { method: "GET", target: "/notes/1", headers: {}, body: undefined, ...request };
    const reply = await assembled.handle(whole, arrivingContext(signal));
    const text = reply.body === undefined ? "" : String(Buffer.from(reply.body as Uint8Array));
    return { ...reply, json: text === "" ? undefined : JSON.parse(text), text };
  };
  return { ...runtime, ...assembled, clock, send, shed, asked: () => asked };
}

const add = (text: string, headers = {}): Partial<HttpRequest> => ({
  method: "POST",
  target: "/notes",
  headers: { "content-type": "application/json", ...headers },
  body: Buffer.from(JSON.stringify({ text })),
});

/** A handler that counts its calls. */
function counter() {
  let calls = 0;
  const handler = () => {
    calls += 1;
    return { text: "counted" };
  };
  return { handler, calls: () => calls };
}

/** A handler that answers when told to. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<{ text: string }>();
  return { handler: () => promise, open: () => resolve({ text: "late" }) };
}

describe("the server's stack", () => {
  it("decodes, calls the handler in its context, and encodes what it returns", async () => {
    let seen: unknown;
    const { send, served } = server({
      add: (input: { body: unknown }, context) => {
        seen = [input, currentContext() === context, context.caller];
        return { text: "ok", secret: 1 };
      },
    });
    const reply = await send(add("hi", { "x-shoal-caller": "desk" }));
    expect(seen).toEqual([{ body: { text: "hi" } }, true, "desk"]);
    expect(reply).toMatchObject({ status: 200, headers: { "content-type": "application/json" }, json: { text: "ok" } });
    expect(reply.text).toBe('{"text":"ok"}');
    expect(served).toEqual([{ operation: "add", status: 200, durationMs: 0, caller: "desk" }]);
  });

  it("says in every reply which instance it was", async () => {
    const { send } = server({});
    for (const target of ["/notes/1", "/nothing", "/health/live"]) {
      expect((await send({ target })).headers["x-shoal-instance"]).toBe("notes-process-1");
    }
  });

  it("counts refusals with their status, and what is asked for in vain as one operation", async () => {
    const { send, served } = server({});
    await send({ target: "/nothing/here" });
    await send({ method: "PUT" });
    await send({ ...add("x"), body: Buffer.from("{") });
    expect(served.map(({ operation, status }) => `${operation} ${status}`)).toEqual([
      "unknown 404",
      "unknown 405",
      "add 400",
    ]);
  });

  it("does not count its own paths, which health checks call all day", async () => {
    const { send, served } = server({});
    expect((await send({ target: "/health/ready" })).status).toBe(200);
    expect(served).toEqual([]);
  });

  it("answers a handler's bug with the trace id, and tells the rest to its own log", async () => {
    const { send, log } = server({
      read: () => {
        throw new Error("password=hunter2");
      },
    });
    const reply = await send({});
    expect(reply).toMatchObject({ status: 500, json: { code: "INTERNAL", detail: "notes.read failed" } });
    expect(reply.text).not.toContain("hunter2");
    const [line] = log.lines;
    expect(line).toMatchObject({ level: "error", traceId: reply.json.details.traceId });
    expect(line?.fields["error"]).toMatch(/hunter2[\s\S]*stack\.test\.ts/);
  });

  it("answers for a schema that throws, and logs it", async () => {
    const boom = z.object({}).transform(() => {
      throw new Error("in the schema");
    });
    const broken = contract("broken", { read: get("/x", { query: boom }) });
    const runtime = createFakeRuntime();
    const handlerOf = handlerTable(broken, { read: () => undefined });
    const { handle } = assemble({ contract: broken, handlerOf, options: resolveServeOptions({}), runtime });
    const request = { method: "GET", target: "/x", headers: {}, body: undefined };
    const reply = await handle(request, arrivingContext(new AbortController().signal));
    expect(reply.status).toBe(500);
    expect(runtime.log.at("error")).toEqual(["broken failed to handle a request"]);
    expect(runtime.served).toMatchObject([{ operation: "read", status: 500 }]);
  });

  it("answers a HEAD with the headers of the GET and without its body", async () => {
    const { send } = server({});
    const reply = await send({ method: "HEAD" });
    expect(reply).toMatchObject({ status: 200, headers: { "content-length": "15" }, body: undefined });
  });
});

describe("admission", () => {
  it("nacks at once, without reading the body, when every place and every waiter's place is taken", async () => {
    const slow = gate();
    const { send, clock } = server({ read: slow.handler }, { concurrencyMax: 1, waitersMax: 1 });
    const first = send({});
    const second = send({});
    await clock.advance(0);
    const unreadable = {
      [Symbol.asyncIterator]: () => {
        throw new Error("the body was read");
      },
    };
    const third = await send({ ...add("x"), body: unreadable });
    expect(third).toMatchObject({
      status: 503,
      headers: { "x-shoal-nack": "retryable" },
      json: { code: "OVERLOADED" },
    });
    slow.open();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
  });

  it("lets health, metrics and documents through when it is full", async () => {
    const slow = gate();
    const { send } = server({ read: slow.handler }, { concurrencyMax: 1, waitersMax: 0 });
    const first = send({});
    for (const target of ["/health/live", "/health/ready", "/.well-known/shoal", "/openapi.json"]) {
      expect((await send({ target })).status).toBe(200);
    }
    slow.open();
    await first;
  });

  it("gives up a wait at the deadline with a final nack, and never calls the handler", async () => {
    const slow = gate();
    const counted = counter();
    const { send, clock, limiter } = server({ read: slow.handler, add: counted.handler }, { concurrencyMax: 1 });
    const first = send({});
    await clock.advance(0);
    const waiting = send(add("x", { "x-deadline-ms": "100" }));
    await clock.advance(100);
    expect(await waiting).toMatchObject({
      status: 503,
      headers: { "x-shoal-nack": "final" },
      json: { code: "DEADLINE_EXCEEDED" },
    });
    slow.open();
    await first;
    await clock.advance(0);
    expect([counted.calls(), limiter.active(), limiter.waiting()]).toEqual([0, 0, 0]);
  });

  it("counts work that goes on after its deadline: the next one has to wait for it", async () => {
    const slow = gate();
    const { send, clock, limiter } = server({ read: slow.handler }, { concurrencyMax: 1, waitersMax: 0 });
    const first = send({ headers: { "x-deadline-ms": "50" } });
    await clock.advance(50);
    expect((await first).status).toBe(504);
    expect(limiter.active()).toBe(1);
    expect((await send(add("x"))).status).toBe(503);
    slow.open();
    await clock.advance(0);
    expect((await send(add("x"))).status).toBe(200);
  });

  it("gives up one who matters less for one who matters more, and says to each why", async () => {
    const slow = gate();
    const { send, clock, shed } = server({ read: slow.handler }, { concurrencyMax: 1, waitersMax: 1 });
    const as = (criticality: string) => send({ headers: { "x-shoal-criticality": criticality } });
    const first = as("sheddable");
    const second = as("sheddable");
    await clock.advance(0);
    const third = as("critical");
    expect(await second).toMatchObject({ status: 503, headers: { "x-shoal-nack": "retryable" } });
    expect((await as("default")).status).toBe(503);
    slow.open();
    expect([(await first).status, (await third).status]).toEqual([200, 200]);
    expect(shed).toEqual(["sheddable queue_full", "default queue_full"]);
  });

  it("counts what expired before its turn, and not a caller that has gone", async () => {
    const slow = gate();
    const { send, clock, shed, admissionState } = server({ read: slow.handler }, { concurrencyMax: 1 });
    const first = send({});
    await clock.advance(0);
    const expired = send({ headers: { "x-deadline-ms": "100", "x-shoal-criticality": "critical" } });
    const caller = new AbortController();
    const gone = send({}, caller.signal);
    await clock.advance(50);
    expect(admissionState()).toMatchObject({ limit: 1, limitMax: 1, inFlight: 1, waiting: 2, waitersMax: 128 });
    caller.abort();
    await gone;
    await clock.advance(50);
    expect((await expired).status).toBe(503);
    expect(shed).toEqual(["critical expired"]);
    slow.open();
    await first;
  });

  it("tells callers to stop once it refuses most of what comes", async () => {
    const slow = gate();
    const { send, clock } = server({ read: slow.handler }, { concurrencyMax: 1, waitersMax: 0 });
    const first = send({});
    await clock.advance(0);
    const kinds: unknown[] = [];
    for (let refused = 0; refused < 20; refused += 1) kinds.push((await send({})).headers["x-shoal-nack"]);
    expect([kinds[0], kinds.at(-1)]).toEqual(["retryable", "final"]);
    await clock.advance(60_000);
    slow.open();
    await first;
  });

  it("notes each request that it is asked for, refused or not, and no question about its health", async () => {
    const slow = gate();
    const { send, clock, asked } = server({ read: slow.handler }, { concurrencyMax: 1, waitersMax: 0 });
    for (const target of ["/health/live", "/health/ready", "/nowhere"]) await send({ target });
    expect(asked()).toBe(0);
    const first = send({});
    await clock.advance(0);
    expect((await send({})).status).toBe(503);
    expect(asked()).toBe(2);
    slow.open();
    await first;
  });

  it("counts what it refuses because it has stopped", async () => {
    const { send, lifecycle, shed } = server({});
    lifecycle.advance("closed");
    await send({ headers: { "x-shoal-criticality": "critical" } });
    expect(shed).toEqual(["critical draining"]);
  });

  it("gives a hung handler's place away after hungMs, once, and says so", async () => {
    const { send, clock, limiter, log } = server(
      { read: () => new Promise(() => {}) },
      { concurrencyMax: 1, handlerMs: 100, hungMs: 1_000 },
    );
    const hung = send({});
    await clock.advance(100);
    expect((await hung).status).toBe(504);
    await clock.advance(999);
    expect([limiter.active(), log.at("error")]).toEqual([1, []]);
    await clock.advance(1);
    expect(limiter.active()).toBe(0);
    expect(log.at("error")).toEqual([expect.stringContaining(".read went on long after its deadline")]);
    expect((await send(add("x"))).status).toBe(200);
    await clock.advance(2 * SAMPLE_MS);
    expect(clock.pending()).toBe(0);
  });
});

describe("deadlines", () => {
  it("answer 504 for a handler that never settles, abort its signal, and tell callers not to retry", async () => {
    let reason: unknown;
    const { send, clock, served } = server({
      read: (_, { signal }) => {
        signal.addEventListener("abort", () => {
          reason = signal.reason;
        });
        return new Promise(() => {});
      },
    });
    const asked = send({});
    await clock.advance(9_999);
    expect(reason).toBeUndefined();
    await clock.advance(1);
    expect(await asked).toMatchObject({
      status: 504,
      headers: { "x-shoal-retry": "never" },
      json: { code: "DEADLINE_EXCEEDED" },
    });
    expect(reason).toMatchObject({ code: "DEADLINE_EXCEEDED" });
    expect(served).toMatchObject([{ status: 504, durationMs: 10_000 }]);
  });

  it.each(["0", "-10"])("refuse a request that comes with %s ms left, before its handler", async (header) => {
    const counted = counter();
    const { send, clock } = server({ read: counted.handler });
    const reply = send({ headers: { "x-deadline-ms": header } });
    await clock.advance(0);
    expect(await reply).toMatchObject({ status: 503, headers: { "x-shoal-nack": "final" } });
    expect(counted.calls()).toBe(0);
  });

  it("that pass while the request is being checked leave the handler alone", async () => {
    const counted = counter();
    const { send, clock } = server({ slow: counted.handler });
    const asked = send({ target: "/slow" });
    await clock.advance(10_000);
    expect((await asked).status).toBe(504);
    slowCheck.resolve(true);
    await clock.advance(0);
    expect(counted.calls()).toBe(0);
  });

  it("reach the handler as what is left, on the clock's scale", async () => {
    const seen: number[] = [];
    const { send, clock } = server({
      read: (_, { deadlineMs }) => {
        seen.push(deadlineMs);
        return { text: "" };
      },
    });
    await clock.advance(1_000);
    await send({ headers: { "x-deadline-ms": "250" } });
    expect(seen).toEqual([1_250]);
  });

  it("leave no timer behind when the handler is in time", async () => {
    const { send, clock } = server({});
    await send({});
    await clock.advance(2 * SAMPLE_MS);
    expect(clock.pending()).toBe(0);
  });

  it("are not logged as the service's failure when the handler stops because of them", async () => {
    const { send, clock, log } = server({
      read: (_, { signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    });
    const asked = send({});
    await clock.advance(10_000);
    expect((await asked).status).toBe(504);
    expect(log.lines).toEqual([]);
  });
});

describe("a caller that goes away", () => {
  it("aborts the handler's signal and is counted as 499, whatever the handler does", async () => {
    let aborted = false;
    const { send, served, clock } = server({
      read: (_, { signal }) => {
        signal.addEventListener("abort", () => {
          aborted = true;
        });
        return new Promise(() => {});
      },
    });
    const controller = new AbortController();
    const asked = send({}, controller.signal);
    await clock.advance(0);
    controller.abort(shoalError("CANCELLED", { message: "gone" }));
    await asked;
    expect(aborted).toBe(true);
    expect(served).toMatchObject([{ status: 499 }]);
  });

  it("before it was looked at costs no handler", async () => {
    const counted = counter();
    const { send } = server({ read: counted.handler });
    expect((await send({}, AbortSignal.abort())).status).toBe(499);
    expect(counted.calls()).toBe(0);
  });
});

describe("bodies", () => {
  async function* chunks(count: number) {
    for (let chunk = 0; chunk < count; chunk += 1) yield Buffer.alloc(1_024, "a");
  }

  it("over the limit are refused by their declared length, before a byte is read", async () => {
    const { send } = server({}, { bodyBytesMax: 1_024 });
    const body = {
      [Symbol.asyncIterator]: () => {
        throw new Error("the body was read");
      },
    };
    const reply = await send({ ...add(""), headers: { "content-length": "1025" }, body });
    expect(reply).toMatchObject({ status: 413, json: { code: "BODY_TOO_LARGE", details: { bytesMax: 1_024 } } });
  });

  it("over the limit are refused while they are counted, when they do not declare their length", async () => {
    const { send } = server({}, { bodyBytesMax: 2_048 });
    expect((await send({ ...add(""), body: chunks(3) })).status).toBe(413);
    expect((await send({ ...add(""), body: chunks(2) })).status).toBe(400);
  });

  it("that stop arriving do not keep their place", async () => {
    const { send, clock, limiter } = server({});
    const body = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const asked = send({ ...add(""), body });
    await clock.advance(10_000);
    expect((await asked).status).toBe(504);
    await clock.advance(0);
    expect(limiter.active()).toBe(0);
  });

  it.each([
    ["no content type", {}, '{"text":"a"}', 415],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, "text=a", 415],
    ["no JSON", { "content-type": "application/json" }, '{"text":', 400],
    ["no UTF-8", { "content-type": "application/json" }, Buffer.from([0x22, 0xff, 0x22]), 400],
    ["nothing", { "content-type": "application/json" }, "", 400],
    ["the wrong type", { "content-type": "application/json" }, '{"text":1}', 400],
  ])("of %s are refused without a word of what they were", async (_, headers, body, status) => {
    const { send } = server({});
    const reply = await send({ method: "POST", target: "/notes", headers, body: Buffer.from(body) });
    expect(reply.status).toBe(status);
    expect(reply.headers["content-type"]).toBe("application/problem+json");
  });

  it("as deep as a body can be do not break the server", async () => {
    const { send } = server({});
    const body = Buffer.from(`{"text":${"[".repeat(200_000)}${"]".repeat(200_000)}}`);
    expect((await send({ ...add(""), body })).status).toBe(400);
  });
});

describe("draining", () => {
  it("asks connections to close while it still serves, refusals included", async () => {
    const { send, lifecycle } = server({});
    expect((await send({})).headers["connection"]).toBeUndefined();
    lifecycle.advance("draining");
    expect(await send({})).toMatchObject({ status: 200, headers: { connection: "close" } });
    expect(await send({ target: "/nothing" })).toMatchObject({ status: 404, headers: { connection: "close" } });
    expect(await send({ target: "/health/ready" })).toMatchObject({ status: 503, json: { status: "draining" } });
    expect((await send({ target: "/health/live" })).status).toBe(200);
  });

  it("asks it of a request that was under way when draining began", async () => {
    const slow = gate();
    const { send, lifecycle } = server({ read: slow.handler });
    const asked = send({});
    lifecycle.advance("draining");
    slow.open();
    expect((await asked).headers["connection"]).toBe("close");
  });

  it("ends in nacks that another instance can take", async () => {
    const { send, lifecycle } = server({});
    lifecycle.advance("closed");
    expect(await send({})).toMatchObject({
      status: 503,
      headers: { "x-shoal-nack": "retryable", connection: "close" },
      json: { code: "DRAINING" },
    });
  });
});
