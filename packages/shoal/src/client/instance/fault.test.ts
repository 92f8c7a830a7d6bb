import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../core/message.ts";
import { readBody } from "../../core/message.ts";
import type { Fault } from "../../discovery/fault.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import { NO_RESILIENCE_METER } from "../../telemetry/resilience.ts";
import { createFakeRuntime } from "../../testing/fake-runtime.ts";
import { createFakeTransport } from "../../testing/fake-transport.ts";
import { createRecordingRecorder } from "../../testing/recording-recorder.ts";
import { sampleFault } from "../../testing/sample-fault.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { closeClients, type SendOptions, sendToService } from "../client.ts";

const GET: HttpRequest = { method: "GET", target: "/quotes/1", headers: {}, body: undefined };
/** One attempt each, so that what is injected is what is seen. */
const ONCE: SendOptions = { attemptsMax: 1, attemptMs: 1_000, deadlineMs: 5_000 };

/** A caller of instances that answer after 1 ms with 200, told once of these faults. */
async function world(faults: readonly Fault[], { seed = 1, names = ["quotes-1"] } = {}) {
  const clock = createVirtualClock();
  const transport = createFakeTransport(clock);
  const events: EdgeEvent[] = [];
  const recorder = createRecordingRecorder();
  const runtime = {
    ...createFakeRuntime({ clock, seed, identity: { service: "web" } }),
    transport,
    recorder,
    resilience: { ...NO_RESILIENCE_METER, edge: () => (event: EdgeEvent) => void events.push(event) },
  };
  const instances = ["quotes", "rates"].flatMap((service) =>
    names.map((name) => {
      const id = name.replace("quotes", service);
      transport.at(id, transport.answers());
      return sampleInstance(id, { service, address: id });
    }),
  );
  runtime.registry.inject(faults);
  let told = false;
  /** A call: how it ended, and how long it took. */
  const call = async (options: SendOptions = {}, service = "quotes") => {
    const startMs = clock.now();
    let done = false;
    const answer = sendToService(runtime, service, GET, { ...ONCE, ...options }).then(
      (reply) => ({ status: reply.status, fault: reply.headers["x-shoal-fault"], body: reply.body }),
      (cause) => ({ status: cause.code as string, fault: undefined, body: undefined }),
    );
    void answer.finally(() => {
      done = true;
    });
    if (!told) runtime.registry.push(instances, ["quotes", "rates"]);
    told = true;
    while (!done && (await clock.advanceToNext()));
    if (!done) throw new Error("it never ends: nothing is left to happen");
    return { ...(await answer), tookMs: clock.now() - startMs };
  };
  return { clock, transport, runtime, events, recorder, call };
}

describe("a fault", () => {
  it("of latency makes a call wait, and its answer is the instance's own", async () => {
    const { call, transport, events } = await world([sampleFault({ latencyMs: 300 })]);
    expect(await call()).toMatchObject({ status: 200, tookMs: 301, fault: undefined });
    expect(transport.sent).toHaveLength(1);
    expect(events.filter((event) => event === "fault")).toHaveLength(1);
  });

  it("of latency ends with the attempt, and nothing is sent afterwards", async () => {
    const { call, transport, clock } = await world([sampleFault({ latencyMs: 30_000 })]);
    expect(await call()).toMatchObject({ status: "ATTEMPT_TIMEOUT", tookMs: 1_000 });
    await clock.advance(60_000);
    expect(transport.sent).toEqual([]);
  });

  it("of errors answers in the instance's stead, marked as what it is", async () => {
    const { call, transport } = await world([sampleFault({ errorRatio: 1, status: 500 })]);
    const { status, fault, body } = await call();
    expect([status, fault, transport.sent]).toEqual([500, "f1", []]);
    const problem = JSON.parse(Buffer.from(await readBody(body, 10_000)).toString());
    expect(problem).toMatchObject({ code: "FAULT_INJECTED", status: 500 });
  });

  it("of drops lets no answer through until the attempt's time is over", async () => {
    const { call, transport } = await world([sampleFault({ dropRatio: 1 })]);
    expect(await call()).toMatchObject({ status: "ATTEMPT_TIMEOUT", tookMs: 1_000 });
    expect(transport.sent).toEqual([]);
  });

  it("at one instance is what retries are for: the other one answers", async () => {
    const { call, events } = await world([sampleFault({ instance: "quotes-1", errorRatio: 1 })], {
      names: ["quotes-1", "quotes-2"],
    });
    for (let count = 0; count < 5; count += 1) expect((await call({ attemptsMax: 3 })).status).toBe(200);
    expect(events).toContain("fault");
    expect(events).toContain("retry");
  });

  it("is told of in the spans of the call and of the attempt that it befell", async () => {
    const { call, recorder } = await world([sampleFault({ latencyMs: 20, errorRatio: 1 })]);
    await call();
    const told = recorder.spans.map(({ name, attributes }) => [name, attributes["shoal.fault"]]);
    expect(told).toEqual([
      ["quotes.GET attempt 1", "20 ms, 503 (fault f1)"],
      ["quotes.GET", "20 ms, 503 (fault f1)"],
    ]);
  });

  it("may be an answer that is no failure", async () => {
    const { call } = await world([sampleFault({ errorRatio: 1, status: 404 })]);
    expect(await call({ attemptsMax: 3 })).toMatchObject({ status: 404, tookMs: 0 });
  });

  it("leaves a call without any in peace, and draws no lots for it", async () => {
    const calm = await world([]);
    const other = await world([sampleFault({ service: "rates", errorRatio: 1 })]);
    for (const { call, events } of [calm, other]) {
      expect(await call()).toMatchObject({ status: 200, tookMs: 1 });
      expect(events).not.toContain("fault");
    }
    expect(calm.runtime.ports.random()).toBe(other.runtime.ports.random());
  });

  it("never outlives its time, keeps to its share, and befalls no one else", async () => {
    const shares = fc.record({
      seed: fc.integer({ min: 0, max: 2 ** 31 }),
      errorRatio: fc.double({ min: 0, max: 1, noNaN: true }),
      remainingMs: fc.integer({ min: 1_000, max: 60_000 }),
      elsewhere: fc.constantFrom(
        { service: "rates" },
        { operation: "getQuote" },
        { operation: "POST /quotes/1" },
        { instance: "quotes-9" },
        { caller: "reports" },
      ),
    });
    await fc.assert(
      fc.asyncProperty(shares, async ({ seed, errorRatio, remainingMs, elsewhere }) => {
        const own = sampleFault({ errorRatio, status: 400, remainingMs });
        const others = sampleFault({ id: "f2", errorRatio: 1, status: 418, remainingMs: 3_600_000, ...elsewhere });
        const { call, clock, runtime } = await world([own, others], { seed });
        const count = 400;
        let struck = 0;
        for (let calls = 0; calls < count; calls += 1) {
          const { status } = await call();
          expect([200, 400]).toContain(status);
          if (status === 400) struck += 1;
        }
        // five standard deviations
        const spread = 5 * Math.sqrt((errorRatio * (1 - errorRatio)) / count) + 1e-9;
        expect(Math.abs(struck / count - errorRatio)).toBeLessThanOrEqual(spread);
        // the registry has fallen silent, and the fault ends at its time and no later
        runtime.registry.fail("gone");
        await clock.advance(remainingMs - clock.now());
        expect((await call()).status).toBe(200);
        closeClients(runtime);
      }),
      { numRuns: 15 },
    );
  });
});
