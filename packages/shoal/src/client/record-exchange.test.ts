import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract } from "../contract/contract.ts";
import { post } from "../contract/operation.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { type Behaviour, createFakeTransport } from "../testing/fake-transport.ts";
import { createRecordingRecorder } from "../testing/recording-recorder.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { sendToService } from "./client.ts";
import { withRuntime } from "./process-runtime.ts";
import { use } from "./use.ts";

const CARD = "4111111111111111";
const payments = contract("payments", {
  pay: post("/pay", {
    body: z.object({ card: z.string() }),
    returns: z.object({ id: z.string() }),
    idempotent: true,
    sensitive: ["body.card"],
  }),
});

/** A runtime with two instances of payments that behave as told; time moves by itself. */
function world(behave: (transport: ReturnType<typeof createFakeTransport>, name: string) => Behaviour, sampled = true) {
  const clock = createVirtualClock();
  const transport = createFakeTransport(clock);
  const recorder = createRecordingRecorder(sampled);
  const runtime = { ...createFakeRuntime({ clock }), transport, recorder };
  for (const name of ["a", "b"]) transport.at(name, behave(transport, name));
  const instances = ["a", "b"].map((name) => sampleInstance(name, { service: "payments", address: name }));
  const run = async <Result>(task: () => Promise<Result>): Promise<Result> => {
    let done = false;
    const result = withRuntime(runtime, task).finally(() => {
      done = true;
    });
    result.catch(() => {});
    runtime.registry.push(instances);
    while (!done && (await clock.advanceToNext()));
    return result;
  };
  return { clock, runtime, run, exchanges: () => recorder.exchanges.map((pending) => pending.make()) };
}

const request = (body?: object) => ({
  method: "POST",
  target: "/pay",
  headers: { "content-type": "application/json" },
  body: body && Buffer.from(JSON.stringify(body)),
});

describe("the client's exchanges", () => {
  it("records a call once, with what the contract calls sensitive hidden", async () => {
    const { run, exchanges } = world((fake) => fake.answers({ json: { id: `of ${CARD}` } }));
    await run(() => use(payments).pay({ body: { card: CARD } }));
    expect(exchanges()).toMatchObject([
      {
        side: "client",
        peer: "payments",
        external: false,
        operation: "pay",
        method: "POST",
        url: "http://payments.service/pay",
        status: 200,
        error: "",
        attempts: [{ instance: expect.any(String), status: 200, error: "" }],
        request: { body: { text: '{"card":"[redacted]"}' } },
        reply: { body: { text: '{"id":"of [redacted]"}' } },
      },
    ]);
  });

  it("tells each attempt of a call that was tried again", async () => {
    let calls = 0;
    const { run, exchanges } = world((fake) => {
      const good = fake.answers({ json: { id: "1" } });
      const bad = fake.answers({ status: 503, headers: { "x-shoal-nack": "retryable" } });
      return (...given) => (calls++ === 0 ? bad : good)(...given);
    });
    await run(() => use(payments).pay({ body: { card: CARD } }));
    const [exchange] = exchanges();
    expect(exchange?.attempts.map(({ status, error }) => [status, error])).toEqual([
      [503, "UPSTREAM_FAILED"],
      [200, ""],
    ]);
    expect(new Set(exchange?.attempts.map(({ instance }) => instance)).size).toBe(2);
  });

  it("records a call that nobody answered, also of an unsampled trace", async () => {
    const { run, exchanges } = world((fake) => fake.refuses(), false);
    await expect(run(() => use(payments).pay({ body: { card: CARD } }))).rejects.toThrow();
    expect(exchanges()).toMatchObject([
      { status: 0, reply: null, request: { body: { text: '{"card":"[redacted]"}' } } },
    ]);
    expect(exchanges()[0]?.error).toMatch(/^[A-Z_]+: /);
  });

  it("records nothing of an unsampled call that went well", async () => {
    const { run, exchanges } = world((fake) => fake.answers({ json: { id: "1" } }), false);
    await run(() => use(payments).pay({ body: { card: CARD } }));
    expect(exchanges()).toEqual([]);
  });

  it("learns from replies what is sensitive, where there is no contract", async () => {
    let up = true;
    const { run, runtime, exchanges } = world((fake) => {
      const headers = { "x-shoal-sensitive": "/pay body.card" };
      const answer = fake.answers({ json: { id: "1" }, headers });
      const refusal = fake.refuses();
      return (...given) => (up ? answer : refusal)(...given);
    });
    await run(() => sendToService(runtime, "payments", request({ card: CARD })));
    up = false;
    await expect(run(() => sendToService(runtime, "payments", request({ card: CARD })))).rejects.toThrow();
    expect(exchanges().map(({ request: sent }) => sent.body.text)).toEqual(Array(2).fill('{"card":"[redacted]"}'));
  });

  it("shows no body of a call without contract that nobody answered: it may hold what it should not show", async () => {
    const { run, runtime, exchanges } = world((fake) => fake.refuses());
    await expect(run(() => sendToService(runtime, "payments", request({ card: CARD })))).rejects.toThrow();
    expect(exchanges()[0]?.request.body).toMatchObject({ text: "", bytes: 27, truncated: true });
  });
});
