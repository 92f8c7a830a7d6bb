import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { closeClients } from "../client/client.ts";
import { currentRuntime, withRuntime } from "../client/process-runtime.ts";
import type { Runtime } from "../client/runtime.ts";
import { use } from "../client/use.ts";
import { contract } from "../contract/contract.ts";
import { get, post } from "../contract/operation.ts";
import { type Context, currentContext } from "../core/context.ts";
import { isShoalError, shoalError } from "../core/errors.ts";
import type { Called, Served } from "../telemetry/meter.ts";
import type { Recorder } from "../telemetry/recorder.ts";
import type { Span } from "../telemetry/records.ts";
import { createResilienceMeter } from "../telemetry/resilience-meter.ts";
import { createFakeRegistry } from "../testing/fake-registry.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { sampleFault } from "../testing/sample-fault.ts";
import { localFirst } from "../transport/local-addresses.ts";
import { systemPorts } from "../transport/system-ports.ts";
import type { ServeOptions } from "./options.ts";
import { serve } from "./serve.ts";

const Note = z.object({ text: z.string(), tags: z.array(z.string()).optional() });
type Note = z.output<typeof Note>;
const Made = { returns: Note, errors: { taken: { status: 409, details: z.object({ by: z.string() }) } } };

const notes = contract("notes", {
  make: post("/notes", { body: Note, ...Made }),
  look: get("/notes", Made),
});

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Answer = (body: Note | undefined, context: Context) => unknown;

interface Parts {
  readonly options?: Partial<ServeOptions>;
  readonly recorder?: Partial<Recorder>;
}

/** How busy the machine is must not decide which way a call takes: no turns, no delay of the event loop. */
const { soon: _soon, ...clock } = systemPorts.clock;
const ports = { ...systemPorts, clock };
const calm = { queueDelayMsMax: 2_147_483_647, adaptive: false, drainPropagationMs: 0, drainMs: 1_000 };

/** A service and who calls it, each with a runtime of its own, in this process. */
async function start({ options = {}, recorder }: Parts = {}) {
  const registry = createFakeRegistry({ live: true });
  const served: Served[] = [];
  const called: Called[] = [];
  const spans: Span[] = [];
  const resilience = createResilienceMeter(systemPorts.clock);
  const local = localFirst({
    connect() {
      throw shoalError("CONNECT_FAILED", { message: "no socket is wanted" });
    },
  });
  let messages = 0;
  const runtimeOf = (service: string): Runtime => ({
    ...createFakeRuntime({ identity: { service, instance: `${service}-1` }, registry }),
    ports,
    meter: { served: (request) => void served.push(request), called: (call) => void called.push(call) },
    resilience,
    ...(recorder && {
      recorder: {
        enabled: true,
        slowMs: 1_000,
        sampleNewTrace: () => false,
        span: (span: Span) => void spans.push(span),
        exchange: () => {},
        ...recorder,
      },
    }),
    transport: {
      connect(address) {
        const connection = local.connect(address);
        const send: typeof connection.send = (request, context) => {
          messages += 1;
          return connection.send(request, context);
        };
        return { ...connection, send };
      },
    },
  });
  const own = runtimeOf("notes");
  const caller = runtimeOf("caller");
  const state = { answer: (body: Note | undefined): unknown => body ?? { text: "looked" } } as { answer: Answer };
  const serving = await withRuntime(own, () =>
    serve(
      notes,
      {
        make: ({ body }, context) => state.answer(body, context) as Note,
        look: (_input, context) => state.answer(undefined, context) as Note,
      },
      { ...calm, ...options },
    ).listen({ port: 0 }),
  );
  closers.push(serving.close, () => closeClients(caller));
  const consumer = withRuntime(caller, () => use(notes));
  const asCaller = <Result>(task: () => Result): Result => withRuntime(caller, task);
  /** Without options: those take the whole way. */
  const make = (body: Note) => asCaller(() => consumer.make({ body }));
  const makeByMessage = (body: Note) => asCaller(() => consumer.make({ body }, { attemptMs: 2_999 }));
  const look = () => asCaller(() => consumer.look());
  // what the short way needs is loaded with the first calls, which take the other
  await expect
    .poll(async () => {
      const before = messages;
      await make({ text: "warm" });
      return messages - before;
    })
    .toBe(0);
  for (const list of [served, called, spans]) list.length = 0;
  messages = 0;
  return {
    ...{ own, caller, state, served, called, spans, registry, consumer, asCaller, make, makeByMessage, look },
    edges: () => [...(resilience.counted.edges.get("notes") ?? [])],
    messages: () => messages,
    close: serving.close,
  };
}

/** How it failed, without what is measured in time. */
async function failureOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!isShoalError(error)) throw new Error(`expected a ShoalError, got ${error}`);
  const { code, status, retry, message, details } = error;
  const { elapsedMs, deadlineMs, traceId, ...rest } = details;
  return { code, status, retry, message: message.replaceAll(/\d+ of \d+ ms/g, "T of T ms"), details: rest };
}

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

describe("a call to a service of the same process", () => {
  it("needs no message when it is answered well and at once", async () => {
    const all = await start();
    expect(await all.make({ text: "a", tags: ["b"] })).toEqual({ text: "a", tags: ["b"] });
    expect(await all.look()).toEqual({ text: "looked" });
    all.state.answer = async (body) => {
      await Promise.resolve();
      return body;
    };
    expect(await all.make({ text: "promised" })).toEqual({ text: "promised" });
    expect(all.messages()).toBe(0);
  });

  it("is counted on both sides as any other", async () => {
    const all = await start();
    const what = ({ durationMs: _, ...rest }: Served | Called) => rest;
    const counts = async (call: (body: Note) => Promise<unknown>) => {
      const before = all.edges();
      for (let time = 0; time < 5; time += 1) await call({ text: "a" });
      const events = all.edges().map((count, index) => count - (before[index] ?? 0));
      return { events, served: all.served.splice(0).map(what), called: all.called.splice(0).map(what) };
    };
    const short = await counts(all.make);
    expect(all.messages()).toBe(0);
    expect(short).toEqual(await counts(all.makeByMessage));
    expect(all.messages()).toBe(5);
    expect(short.served).toHaveLength(5);
  });

  it("begins when the turn of its caller is over, with the input as it was", async () => {
    const all = await start();
    const events: string[] = [];
    all.state.answer = (body) => {
      events.push("begun");
      return body;
    };
    const body = { text: "a", tags: ["b"] };
    const call = all.make(body);
    events.push("called");
    body.tags.push("changed after the call");
    expect(await call).toEqual({ text: "a", tags: ["b"] });
    expect(events).toEqual(["called", "begun"]);
    expect(all.messages()).toBe(0);
  });

  it("runs where its service is, in a context of its own", async () => {
    const all = await start();
    const mine = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    all.state.answer = (body, context) => {
      seen.push(mine.getStore(), currentRuntime() === all.own, currentContext() === context, context.caller);
      seen.push(context.deadlineMs - systemPorts.clock.now() <= 10_000, context.signal.aborted);
      return body;
    };
    await mine.run("mine", async () => {
      await all.make({ text: "a" });
      seen.push(mine.getStore(), currentContext());
    });
    expect(seen).toEqual([undefined, true, true, "caller", true, false, "mine", undefined]);
    expect(all.messages()).toBe(0);
  });

  it("continues the trace that it is made in, whose ids are made when somebody reads them", async () => {
    const all = await start({ recorder: {} });
    const contexts: Context[] = [];
    all.state.answer = async (body, context) => {
      contexts.push(context);
      if (body?.text === "outer") await all.asCaller(() => all.consumer.make({ body: { text: "inner" } }));
      return body;
    };
    await all.make({ text: "outer" });
    const [outer, inner] = contexts.map(({ trace }) => trace);
    expect(inner?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(inner?.traceId).toBe(outer?.traceId);
    expect(inner?.parentSpanId).toMatch(/^[0-9a-f]{16}$/);
    expect(inner?.spanId).not.toBe(outer?.spanId);
    expect(JSON.parse(JSON.stringify(inner))).toEqual({
      ...JSON.parse(JSON.stringify(inner)),
      traceId: outer?.traceId,
    });
    expect(all.messages()).toBe(0);
  });
});

describe("a call that has begun without a message", () => {
  it("goes on the whole way when its handler waits, and is counted once", async () => {
    const all = await start();
    let begun = 0;
    all.state.answer = async (body) => {
      begun += 1;
      await pause(5);
      return body;
    };
    expect(await all.make({ text: "late" })).toEqual({ text: "late" });
    expect([begun, all.served.length, all.called.length]).toEqual([1, 1, 1]);
    expect(all.served[0]?.durationMs).toBeGreaterThan(4);
    expect(all.called[0]?.durationMs).toBeGreaterThan(4);
  });

  it.each<[string, Answer]>([
    ["throws", () => Promise.reject(new Error("a secret"))],
    [
      "throws at once",
      () => {
        throw new Error("a secret");
      },
    ],
    [
      "throws what its contract declares",
      () => {
        throw notes.errors.taken({ by: "me" });
      },
    ],
    ["answers what its contract does not allow", () => ({ text: 5 })],
    ["answers later what its contract does not allow", () => pause(1).then(() => ({ text: 5 }))],
  ])("fails as any other when its handler %s", async (_, answer) => {
    const all = await start();
    let begun = 0;
    all.state.answer = (body, context) => {
      begun += 1;
      return answer(body, context);
    };
    const short = await failureOf(all.make({ text: "a" }));
    const [served, called] = [all.served.splice(0), all.called.splice(0)];
    const edges = all.edges();
    const whole = await failureOf(all.makeByMessage({ text: "a" }));
    expect(short).toEqual(whole);
    expect(begun).toBe(2);
    expect(served.map(({ status }) => status)).toEqual(all.served.map(({ status }) => status));
    expect(called.map(({ status }) => status)).toEqual(all.called.map(({ status }) => status));
    expect(edges.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  });

  it("is tried again when it may be, by its own input", async () => {
    const all = await start();
    let begun = 0;
    all.state.answer = async () => {
      begun += 1;
      if (begun < 3) throw new Error("not yet");
      return { text: `at ${begun}` };
    };
    expect(await all.look()).toEqual({ text: "at 3" });
    expect([begun, all.messages(), all.called.length, all.served.length]).toEqual([3, 2, 1, 3]);
  });

  it("keeps its place until its handler has ended, and gives it back however it ends", async () => {
    const all = await start({ options: { concurrencyMax: 1, concurrencyMin: 1, waitersMax: 0, adaptive: false } });
    const release = Promise.withResolvers<void>();
    all.state.answer = (body) => (body?.text === "held" ? release.promise.then(() => body) : body);
    const held = all.make({ text: "held" });
    await pause(5);
    const refused = all.asCaller(() => all.consumer.make({ body: { text: "b" } }, { deadlineMs: 300 }));
    expect((await failureOf(refused)).code).toBe("OVERLOADED");
    release.resolve();
    expect(await held).toEqual({ text: "held" });
    all.state.answer = () => {
      throw new Error("no");
    };
    expect((await failureOf(all.make({ text: "c" }))).code).toBe("INTERNAL");
    all.state.answer = (body) => body;
    expect(await all.make({ text: "d" })).toEqual({ text: "d" });
  });

  it("tells its handler when the deadline of the request it was made for is over, or its caller has gone", async () => {
    const all = await start();
    const ends: unknown[] = [];
    all.state.answer = (body, context) => {
      if (body?.text === "outer") return all.asCaller(() => all.consumer.make({ body: { text: "inner" } }));
      return new Promise((_, reject) => {
        context.signal.addEventListener("abort", () => {
          ends.push(context.signal.reason.code);
          reject(context.signal.reason);
        });
      });
    };
    const leaving = new AbortController();
    const outer = all.asCaller(() => all.consumer.make({ body: { text: "outer" } }, { signal: leaving.signal }));
    const late = all.asCaller(() => all.consumer.make({ body: { text: "outer" } }, { deadlineMs: 60 }));
    const failures = Promise.all([failureOf(outer), failureOf(late)]);
    await pause(5);
    leaving.abort();
    expect((await failures).map(({ code }) => code)).toEqual(["CANCELLED", "DEADLINE_EXCEEDED"]);
    await expect.poll(() => ends).toHaveLength(2);
  });
});

describe("a call goes the whole way", () => {
  it("when its trace is recorded, and decides that once", async () => {
    let decided = 0;
    let sampled = false;
    const sampleNewTrace = () => {
      decided += 1;
      return sampled;
    };
    const all = await start({ recorder: { sampleNewTrace } });
    decided = 0;
    sampled = true;
    await all.make({ text: "a" });
    expect([decided, all.messages()]).toEqual([1, 1]);
    expect(all.spans.map(({ kind }) => kind).sort()).toEqual(["client", "server"]);
    expect(new Set(all.spans.map(({ traceId }) => traceId)).size).toBe(1);
  });

  it("when it was slow, for its record", async () => {
    const all = await start({ recorder: { slowMs: 5 } });
    all.state.answer = (body) => {
      const untilMs = performance.now() + 6;
      while (performance.now() < untilMs);
      return body;
    };
    expect(await all.make({ text: "a" })).toEqual({ text: "a" });
    expect(all.spans.map(({ kind, durationMs }) => [kind, durationMs >= 6])).toEqual(
      expect.arrayContaining([
        ["client", true],
        ["server", true],
      ]),
    );
    expect([all.served.length, all.called.length]).toEqual([1, 1]);
  });

  it.each<[string, unknown, string]>([
    ["a value that breaks the contract", { text: 5 }, "REQUEST_INVALID"],
    ["a bigint, which no JSON has", { text: "a", more: 5n }, "REQUEST_INVALID"],
    ["more than a body may be", { text: "x".repeat(2 ** 20) }, "BODY_TOO_LARGE"],
  ])("for %s", async (_, body, code) => {
    const all = await start();
    let begun = 0;
    all.state.answer = () => {
      begun += 1;
    };
    expect((await failureOf(all.make(body as Note))).code).toBe(code);
    expect(begun).toBe(0);
  });

  it("while a fault is asked for, and when the service is another contract's or has several instances", async () => {
    const all = await start();
    const same = contract("notes", { make: post("/notes", { body: Note, ...Made }) });
    await all.asCaller(() => use(same).make({ body: { text: "a" } }));
    expect(all.messages()).toBe(1);
    const [instance] = all.registry.registered();
    if (!instance) throw new Error("nothing is registered");
    all.registry.push([instance, { ...instance, id: "notes-2" }]);
    await all.make({ text: "a" });
    expect(all.messages()).toBe(2);
    all.registry.push([instance]);
    await all.make({ text: "a" });
    expect(all.messages()).toBe(2);
    all.registry.inject([sampleFault({ service: "notes", errorRatio: 0, latencyMs: 1 })]);
    all.registry.push([instance]);
    await all.make({ text: "a" });
    expect(all.messages()).toBe(3);
  });

  it("for settings of its own that need more of it", async () => {
    const all = await start();
    const hedged = all.asCaller(() => use(notes, { hedgeExtraLoad: 0.01 }));
    await all.asCaller(() => hedged.look());
    const coalesced = all.asCaller(() => use(notes, { coalesce: true }));
    await all.asCaller(() => coalesced.look());
    expect(all.messages()).toBe(2);
  });

  it("when its service stops, and not at all when it has stopped", async () => {
    const all = await start();
    const closing = all.close();
    const late = all.asCaller(() => all.consumer.make({ body: { text: "a" } }, { deadlineMs: 50 }));
    await Promise.allSettled([late, closing]);
    expect((await failureOf(all.asCaller(() => all.consumer.look({}, { deadlineMs: 50 })))).code).toBe(
      "DEADLINE_EXCEEDED",
    );
  });
});
