import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../core/message.ts";
import { success } from "../../core/outcome.ts";
import { type EdgeEvent, NO_RESILIENCE_METER } from "../../telemetry/resilience.ts";
import { createFakeRuntime } from "../../testing/fake-runtime.ts";
import { type Behaviour, createFakeTransport } from "../../testing/fake-transport.ts";
import { sampleCall, sampleContext } from "../../testing/sample-call.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { closeClients, type SendOptions, sendToService } from "../client.ts";
import { CALL_DEFAULTS } from "../policy.ts";
import { coalesce } from "./coalesce.ts";

const GET: HttpRequest = { method: "GET", target: "/quotes/1", headers: {}, body: undefined };
const SHARED: SendOptions = { coalesce: true, replyInMemory: true };

/** A client of "quotes" whose instances "a" and "b" answer after 10 ms. */
async function world() {
  const clock = createVirtualClock();
  const transport = createFakeTransport(clock);
  const events: EdgeEvent[] = [];
  const resilience = { ...NO_RESILIENCE_METER, edge: () => (event: EdgeEvent) => void events.push(event) };
  const runtime = { ...createFakeRuntime({ clock }), transport, resilience };
  const names = ["a", "b"];
  for (const name of names) transport.at(name, transport.answers({ afterMs: 10, json: { amount: 5 } }));
  const send = (request = GET, options: SendOptions = {}) => {
    const answer = sendToService(runtime, "quotes", request, { ...SHARED, ...options });
    answer.catch(() => {}); // looked at later, when time has moved
    return answer;
  };
  const first = send({ ...GET, target: "/first" });
  runtime.registry.push(
    names.map((name) => sampleInstance(name, { service: "quotes", address: name })),
    ["quotes"],
  );
  await clock.advance(100);
  await first;
  const sent = () => transport.sent.slice(1);
  const count = (event: EdgeEvent) => events.filter((one) => one === event).length;
  return { clock, transport, runtime, send, sent, count };
}

describe("coalescing", () => {
  it("answers identical reads that are in flight at once by one request", async () => {
    const { clock, send, sent, count } = await world();
    const answers = [send(), send(), send()];
    await clock.advance(10);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(sent()).toHaveLength(1);
    expect(count("coalesced")).toBe(2);
  });

  it("marks the calls that got a copy, and not the one whose request it was", async () => {
    const filter = coalesce({ note: () => {} }, { clock: createVirtualClock() });
    const settings = { ...CALL_DEFAULTS, coalesce: true };
    const calls = [sampleCall({ settings }), sampleCall({ settings })];
    const reply = success({ status: 200, headers: {}, body: undefined });
    await Promise.all(calls.map((call) => filter(call, sampleContext(), async () => reply)));
    expect(calls.map(({ coalesced }) => coalesced)).toEqual([false, true]);
  });

  it("keeps nothing once the reply is there", async () => {
    const { clock, send, sent } = await world();
    await Promise.all([send(), clock.advance(10)]);
    await Promise.all([send(), clock.advance(10)]);
    expect(sent()).toHaveLength(2);
  });

  it("gives each caller a reply of its own", async () => {
    const { clock, send } = await world();
    const answers = [send(), send()];
    await clock.advance(10);
    const [one, other] = await Promise.all(answers);
    if (!(one?.body instanceof Uint8Array) || !(other?.body instanceof Uint8Array)) throw new Error("no body");
    one.body.fill(0);
    Object.assign(one.headers, { "content-type": "x" });
    expect(Buffer.from(other.body).toString()).toBe('{"amount":5}');
    expect(other.headers["content-type"]).toBe("application/json");
  });

  it("shares nothing between callers that differ in any header, but for the trace's", async () => {
    const { clock, send, sent } = await world();
    const headers = [
      {},
      { authorization: "a" },
      { authorization: "b" },
      { cookie: "c" },
      { accept: "d" },
      { other: "e" },
    ];
    for (const each of headers) void send({ ...GET, headers: each });
    void send({ ...GET, headers: { traceparent: "t", tracestate: "s" } });
    void send({ ...GET, headers: { other: "e" } });
    await clock.advance(10);
    expect(sent()).toHaveLength(headers.length);
  });

  it("shares reads alone, of one target, taken whole, and only when asked to", async () => {
    const { clock, send, sent } = await world();
    const different: readonly (readonly [HttpRequest, SendOptions])[] = [
      [{ ...GET, method: "DELETE" }, {}],
      [{ ...GET, method: "POST", body: Buffer.from("{}") }, {}],
      [{ ...GET, body: Buffer.from("{}") }, {}],
      [{ ...GET, target: "/quotes/2" }, {}],
      [{ ...GET, method: "HEAD" }, {}],
      [GET, { replyInMemory: false }],
      [GET, { coalesce: false }],
      [GET, { criticality: "critical" }],
    ];
    for (const [request, options] of different) void send(request, options);
    void send();
    await clock.advance(10);
    expect(sent()).toHaveLength(different.length + 1);
  });

  it("goes on for the others when the one that began it leaves", async () => {
    const { clock, transport, send, sent } = await world();
    const caller = new AbortController();
    const first = send(GET, { signal: caller.signal });
    const second = send();
    await clock.advance(5);
    caller.abort();
    await expect(first).rejects.toMatchObject({ code: "CANCELLED" });
    expect(transport.inFlight()).toBe(1);
    await clock.advance(5);
    expect((await second).status).toBe(200);
    expect(sent()).toHaveLength(1);
  });

  it("settles a waiter that is given up at once, though the request goes on (undici's did not, #5673)", async () => {
    const { clock, transport, send } = await world();
    for (const name of ["a", "b"]) transport.at(name, transport.hangs());
    const first = send();
    const caller = new AbortController();
    const second = send(GET, { signal: caller.signal });
    caller.abort();
    await expect(second).rejects.toMatchObject({ code: "CANCELLED" });
    expect(transport.inFlight()).toBe(1);
    await clock.advance(60_000);
    await expect(first).rejects.toMatchObject({ code: "ATTEMPT_TIMEOUT" });
  });

  it("ends with the last that leaves, and a later call begins anew", async () => {
    const { clock, transport, send, sent } = await world();
    for (const name of ["a", "b"]) transport.at(name, transport.hangs());
    const callers = [new AbortController(), new AbortController()];
    for (const { signal } of callers) void send(GET, { signal });
    await clock.advance(1);
    for (const name of ["a", "b"]) transport.at(name, transport.answers());
    for (const caller of callers) caller.abort();
    const later = send();
    await clock.advance(0); // the request that was given up has ended
    expect(transport.inFlight()).toBe(1);
    const latest = send();
    await clock.advance(10);
    expect((await later).status).toBe(200);
    expect((await latest).status).toBe(200);
    expect(sent()).toHaveLength(2);
  });

  it("leaves each caller its own deadline, and lasts as long as the latest", async () => {
    const { clock, transport, send, sent } = await world();
    const firstHangs: Behaviour = (...asked) =>
      (sent().length === 1 ? transport.hangs() : transport.answers({ afterMs: 200 }))(...asked);
    for (const name of ["a", "b"]) transport.at(name, firstHangs);
    const hurried = send(GET, { deadlineMs: 600 });
    const patient = send(GET, { deadlineMs: 1_000 });
    await clock.advance(600);
    await expect(hurried).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED", details: { attempts: 1 } });
    await clock.advance(400);
    expect((await patient).status).toBe(200);
    expect(sent()).toHaveLength(2); // the first request had the first caller's time
  });

  it("does not fail those who have time for the first caller's having had none, as the callee tells", async () => {
    const { clock, transport, send } = await world();
    const inTime: Behaviour = (request, context, nth) => {
      const leftMs = Number(request.headers["x-deadline-ms"]);
      const late = { afterMs: leftMs - 5, status: 504, headers: { "x-shoal-retry": "never" } };
      return transport.answers(leftMs > 200 ? { afterMs: 200 } : late)(request, context, nth);
    };
    for (const name of ["a", "b"]) transport.at(name, inTime);
    const hurried = send(GET, { deadlineMs: 100 });
    const patient = [send(GET, { deadlineMs: 1_000 }), send(GET, { deadlineMs: 1_000 })];
    await clock.advance(300);
    expect((await hurried).status).toBe(504);
    expect((await Promise.all(patient)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it("takes in who has up to twice the time that the request has left", async () => {
    for (const [deadlineMs, requests] of [
      [180, 1],
      [181, 2],
    ] as const) {
      const { clock, transport, send, sent } = await world();
      for (const name of ["a", "b"]) transport.at(name, transport.answers({ afterMs: 50 }));
      const first = send(GET, { deadlineMs: 100 });
      await clock.advance(10);
      const second = send(GET, { deadlineMs });
      await clock.advance(0);
      expect(sent()).toHaveLength(requests);
      await clock.advance(100);
      expect([(await first).status, (await second).status]).toEqual([200, 200]);
    }
  });

  it("shares a failure, retried once for all", async () => {
    const { clock, transport, send, sent } = await world();
    for (const name of ["a", "b"]) transport.at(name, transport.loses());
    const answers = [send(), send(), send()];
    await clock.advance(5_000);
    for (const answer of answers) {
      await expect(answer).rejects.toMatchObject({ code: "CONNECTION_LOST", details: { attempts: 3 } });
    }
    expect(sent()).toHaveLength(3);
  });

  it("lets calls go alone when as many share as may", async () => {
    const { clock, transport, send, sent, count } = await world();
    for (const name of ["a", "b"]) transport.at(name, transport.hangs());
    const policy = { connectionsMax: 256, waitersMax: 10_000, deadlineMs: 50 };
    for (let call = 0; call < 1_002; call += 1) void send(GET, policy);
    await clock.advance(1);
    expect([sent().length, count("coalesced")]).toEqual([3, 999]);
    for (let call = 0; call < 1_001; call += 1) void send({ ...GET, target: `/${call}` }, policy);
    void send({ ...GET, target: "/998" }, policy);
    void send({ ...GET, target: "/1000" }, policy);
    await clock.advance(1);
    expect(count("coalesced")).toBe(1_000);
  });

  it("settles every call once, in time, and leaves nothing behind, whoever joins and leaves when", async () => {
    const call = fc.record({
      gapMs: fc.nat(20),
      leaveMs: fc.option(fc.nat(60)),
      deadlineMs: fc.integer({ min: 5, max: 200 }),
      target: fc.constantFrom("/1", "/2"),
    });
    const behaviour = fc.constantFrom("answers", "fails", "hangs", "refuses");
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 20 }), behaviour, async (calls, kind) => {
        const { clock, transport, runtime, send } = await world();
        const made = {
          answers: () => transport.answers({ afterMs: 25, json: {} }),
          fails: () => transport.answers({ status: 500 }),
          hangs: () => transport.hangs(),
          refuses: () => transport.refuses(),
        };
        for (const name of ["a", "b"]) transport.at(name, made[kind]());
        const late: number[] = [];
        for (const { gapMs, leaveMs, deadlineMs, target } of calls) {
          const caller = new AbortController();
          const endMs = clock.now() + Math.min(deadlineMs, leaveMs ?? deadlineMs);
          const settle = () => void late.push(clock.now() - endMs);
          send({ ...GET, target }, { signal: caller.signal, deadlineMs }).then(settle, settle);
          if (leaveMs !== null) clock.after(leaveMs, () => caller.abort());
          await clock.advance(gapMs);
        }
        await clock.advance(1_000);
        expect(late).toHaveLength(calls.length);
        expect(Math.max(0, ...late)).toBe(0);
        expect(transport.inFlight()).toBe(0);
        closeClients(runtime);
        await clock.advance(700_000);
        expect(clock.pending()).toBe(0);
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});
