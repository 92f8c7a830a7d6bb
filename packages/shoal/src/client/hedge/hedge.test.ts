import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../core/message.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import { NO_RESILIENCE_METER } from "../../telemetry/resilience.ts";
import { createFakeRuntime } from "../../testing/fake-runtime.ts";
import { createFakeTransport } from "../../testing/fake-transport.ts";
import { createRecordingRecorder } from "../../testing/recording-recorder.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { closeClients, type SendOptions, sendToService } from "../client.ts";

const GET: HttpRequest = { method: "GET", target: "/quotes/1", headers: {}, body: undefined };
const POST: HttpRequest = { method: "POST", target: "/quotes", headers: {}, body: Buffer.from("{}") };
/** At a tenth, ten calls pay for a hedge. */
const HEDGED: SendOptions = { hedgeExtraLoad: 0.1, replyInMemory: true };

/** A client of "quotes" that has measured: its instances "a" and "b" answer after 10 ms. */
async function measured({ seed = 1, calls = 100 } = {}) {
  const clock = createVirtualClock();
  const transport = createFakeTransport(clock);
  const recorder = createRecordingRecorder();
  const events: EdgeEvent[] = [];
  const resilience = { ...NO_RESILIENCE_METER, edge: () => (event: EdgeEvent) => void events.push(event) };
  const runtime = { ...createFakeRuntime({ clock, seed }), transport, recorder, resilience };
  const names = ["a", "b"];
  for (const name of names) transport.at(name, transport.answers({ afterMs: 10 }));
  const send = (request = GET, options: SendOptions = {}) => {
    const answer = sendToService(runtime, "quotes", request, { ...HEDGED, ...options });
    answer.catch(() => {}); // looked at later, when time has moved
    return answer;
  };
  const first = send();
  runtime.registry.push(
    names.map((name) => sampleInstance(name, { service: "quotes", address: name })),
    ["quotes"],
  );
  await clock.advance(100);
  await first;
  for (let call = 0; call < calls; call += 1) {
    void send();
    await clock.advance(40);
  }
  const firsts = transport.sent.length;
  const sent = () => transport.sent.slice(firsts);
  const count = (event: EdgeEvent) => events.filter((one) => one === event).length;
  /** Has the instance that gets the next request answer late, and the other as before. */
  const firstLate = (afterMs: number) => {
    let first: string | undefined;
    for (const name of names) {
      transport.at(name, (request, context, nth) => {
        first ??= name;
        return transport.answers({ afterMs: name === first ? afterMs : 10 })(request, context, nth);
      });
    }
  };
  return { clock, transport, runtime, recorder, send, sent, count, firstLate };
}

describe("hedging", () => {
  it("asks another instance when a call is later than nearly all before, and takes the first answer", async () => {
    const { clock, send, sent, count, firstLate } = await measured();
    firstLate(500);
    const startMs = clock.now();
    const answer = send();
    await clock.advance(30);
    expect((await answer).status).toBe(200);
    expect(sent().map(({ request }) => request.headers["x-shoal-attempt"])).toEqual(["1", "2"]);
    expect(new Set(sent().map(({ address }) => address)).size).toBe(2);
    expect((sent()[1]?.atMs ?? 0) - startMs).toBeGreaterThanOrEqual(10);
    expect((sent()[1]?.atMs ?? 0) - startMs).toBeLessThan(11);
    expect([count("hedge"), count("hedge_won")]).toEqual([1, 1]);
  });

  it("lets the late request go on, so that its connection lives", async () => {
    const { clock, transport, send, firstLate } = await measured();
    firstLate(500);
    void send();
    await clock.advance(30);
    expect(transport.inFlight()).toBe(1);
    await clock.advance(500);
    expect(transport.inFlight()).toBe(0);
  });

  it("is off unless asked for, and is not for what must not be sent twice", async () => {
    for (const [request, options] of [
      [GET, { hedgeExtraLoad: 0 }],
      [POST, {}],
      [GET, { attemptsMax: 1 }],
      [{ ...POST, headers: { "idempotency-key": "k" } }, {}],
      [{ ...GET, method: "DELETE" }, {}],
    ] as const) {
      const { clock, send, sent, firstLate } = await measured();
      firstLate(500);
      void send(request, options);
      await clock.advance(600);
      expect(sent()).toHaveLength(1);
    }
  });

  it("hedges nothing before anything was measured", async () => {
    const { clock, send, sent, firstLate } = await measured({ calls: 0 });
    firstLate(500);
    void send();
    await clock.advance(600);
    expect(sent()).toHaveLength(1);
  });

  it("adds no more than its share while everything is late", async () => {
    const { clock, transport, send, sent, count } = await measured();
    for (const name of ["a", "b"]) transport.at(name, transport.answers({ afterMs: 200 }));
    for (let call = 0; call < 200; call += 1) {
      void send();
      await clock.advance(10);
    }
    await clock.advance(1_000);
    expect(count("hedge")).toBeGreaterThan(0);
    expect(sent().length).toBeLessThanOrEqual(200 + 0.1 * 300);
  });

  it("is not led to hedge early by an instance that fails fast", async () => {
    const { clock, transport, send, sent, count } = await measured();
    transport.at("a", transport.answers({ status: 500, afterMs: 1 }));
    for (let call = 0; call < 300; call += 1) {
      void send(GET, { attemptsMax: 2 });
      await clock.advance(40);
    }
    expect(sent().length).toBeGreaterThan(300);
    expect(count("hedge")).toBe(0);
  });

  it("does not send a second request when there is nobody else", async () => {
    const { clock, runtime, send, sent, firstLate } = await measured();
    runtime.registry.push([sampleInstance("a", { service: "quotes", address: "a" })], ["quotes"]);
    firstLate(500);
    void send();
    await clock.advance(600);
    expect(sent()).toHaveLength(1);
  });

  it("ends both requests when the caller leaves, and tries nothing more", async () => {
    const { clock, transport, send, sent } = await measured();
    for (const name of ["a", "b"]) transport.at(name, transport.hangs());
    const caller = new AbortController();
    const answer = send(GET, { signal: caller.signal });
    await clock.advance(50);
    expect(transport.inFlight()).toBe(2);
    caller.abort();
    await expect(answer).rejects.toMatchObject({ code: "CANCELLED" });
    await clock.advance(10_000);
    expect(transport.inFlight()).toBe(0);
    expect(sent()).toHaveLength(2);
  });

  it("counts towards the attempts of a call that fails at last", async () => {
    const { clock, transport, send, sent } = await measured();
    for (const name of ["a", "b"]) transport.at(name, transport.hangs());
    const answer = send(GET, { attemptMs: 100 });
    await clock.advance(1_000);
    await expect(answer).rejects.toMatchObject({ code: "ATTEMPT_TIMEOUT", details: { attempts: 3 } });
    expect(sent()).toHaveLength(3);
  });

  it("records both attempts, each with its own instance and number", async () => {
    const { clock, recorder, send, sent, firstLate } = await measured();
    firstLate(500);
    const spans = recorder.spans.length;
    const answer = send();
    await clock.advance(1_000);
    await answer;
    const [late, hedge] = sent().map(({ address }) => address);
    const [attempt, call] = recorder.spans.slice(spans);
    expect(attempt).toMatchObject({
      parentSpanId: call?.spanId,
      attributes: { "shoal.attempt": 2, "shoal.hedge": true, "shoal.instance": hedge },
    });
    expect(call?.attributes).toMatchObject({ "shoal.instance": hedge, "http.request.resend_count": 1 });
    const { attempts } = recorder.exchanges.at(-1)?.make() ?? { attempts: [] };
    expect(attempts.map(({ instance, error }) => [instance, error])).toEqual([
      [hedge, ""],
      [late, "CANCELLED"],
    ]);
  });

  it("records a request that was given up as superseded, and not as an error", async () => {
    const { clock, recorder, send, firstLate } = await measured();
    firstLate(2_500);
    const spans = recorder.spans.length;
    void send();
    await clock.advance(2_000);
    const late = recorder.spans.slice(spans).find(({ attributes }) => attributes["shoal.superseded"] === true);
    expect(late).toMatchObject({ status: "unset", attributes: { "shoal.attempt": 1 } });
  });

  it("keeps the instance of the attempt before when a retry finds none", async () => {
    const { clock, transport, runtime, send } = await measured();
    for (const name of ["a", "b"]) {
      transport.at(name, async (request, context, nth) => {
        const outcome = await transport.loses()(request, context, nth);
        runtime.registry.push([], ["quotes"]);
        return outcome;
      });
    }
    const caller = new AbortController();
    const answer = send(GET, { signal: caller.signal, waitForInstanceMs: 10 });
    await clock.advance(60_000);
    await expect(answer).rejects.toMatchObject({ details: { instance: expect.stringMatching(/^[ab]$/) } });
  });

  it("leaves nothing behind, and sends nothing twice over, whatever fails and whenever callers leave", async () => {
    const behaviour = fc.constantFrom("quick", "slow", "fails", "refuses", "hangs", "streams");
    const call = fc.record({ leaveMs: fc.option(fc.nat(120)), gapMs: fc.nat(60), inMemory: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.tuple(behaviour, behaviour),
        fc.array(call, { minLength: 1, maxLength: 20 }),
        async (seed, behaviours, calls) => {
          const { clock, transport, runtime, send, sent } = await measured({ seed, calls: 30 });
          const made = {
            quick: () => transport.answers({ afterMs: 5 }),
            slow: () => transport.answers({ afterMs: 80 }),
            fails: () => transport.answers({ status: 500, afterMs: 15 }),
            refuses: () => transport.refuses(),
            hangs: () => transport.hangs(),
            streams: () => (request: HttpRequest, context: Parameters<ReturnType<typeof transport.hangs>>[1]) =>
              transport.answers({ afterMs: 30, body: twoChunks() })(request, context, 1),
          };
          for (const [index, name] of ["a", "b"].entries()) transport.at(name, made[behaviours[index] ?? "quick"]());
          let ends = 0;
          for (const [index, { leaveMs, gapMs, inMemory }] of calls.entries()) {
            const caller = new AbortController();
            const headers = { "x-call": String(index) };
            const options = { signal: caller.signal, deadlineMs: 400, attemptMs: 150, replyInMemory: inMemory };
            const settle = () => {
              ends += 1;
            };
            send({ ...GET, headers }, options).then(settle, settle);
            if (leaveMs !== null) clock.after(leaveMs, () => caller.abort());
            await clock.advance(gapMs);
          }
          await clock.advance(10_000);
          expect(ends).toBe(calls.length);
          for (const index of calls.keys()) {
            const ofCall = sent().filter(({ request }) => request.headers["x-call"] === String(index));
            expect(ofCall.length).toBeLessThanOrEqual(8);
          }
          expect(transport.inFlight()).toBe(0);
          closeClients(runtime);
          await clock.advance(700_000);
          expect(clock.pending()).toBe(0);
        },
      ),
      { numRuns: 30 },
    );
  }, 60_000);
});

async function* twoChunks() {
  yield Buffer.from("one");
  yield Buffer.from("two");
}
