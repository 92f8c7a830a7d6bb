import { describe, expect, it } from "vitest";
import type { Criticality } from "../../core/criticality.ts";
import type { HttpRequest } from "../../core/message.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import { NO_RESILIENCE_METER } from "../../telemetry/resilience.ts";
import { createFakeRuntime } from "../../testing/fake-runtime.ts";
import { createFakeTransport } from "../../testing/fake-transport.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { type SendOptions, sendToService } from "../client.ts";

const GET: HttpRequest = { method: "GET", target: "/quotes/1", headers: {}, body: undefined };
const NACK = { status: 503, headers: { "x-shoal-nack": "retryable" } };

/** A client of two instances of quotes, and what it counted. */
function world() {
  const clock = createVirtualClock();
  const transport = createFakeTransport(clock);
  const counts = new Map<EdgeEvent, number>();
  const resilience = {
    ...NO_RESILIENCE_METER,
    edge: () => (event: EdgeEvent) => void counts.set(event, (counts.get(event) ?? 0) + 1),
  };
  const runtime = { ...createFakeRuntime({ clock }), transport, resilience };
  const names = ["a", "b"];
  const all = (reply?: Parameters<typeof transport.answers>[0]) => {
    for (const name of names) transport.at(name, transport.answers(reply));
  };
  all();
  const send = (options: SendOptions = {}) => sendToService(runtime, "quotes", GET, { attemptsMax: 1, ...options });
  /** A call each 10 ms; how many ended as THROTTLED. */
  const load = async (calls: number, criticality: Criticality = "default") => {
    let throttled = 0;
    for (let call = 0; call < calls; call += 1) {
      send({ criticality }).then(
        () => {},
        ({ code }) => {
          if (code === "THROTTLED") throttled += 1;
        },
      );
      await clock.advance(10);
    }
    return throttled;
  };
  const first = send();
  runtime.registry.push(names.map((name) => sampleInstance(name, { service: "quotes", address: name })));
  const begin = async () => {
    await clock.advance(10);
    await first;
  };
  return { clock, transport, runtime, counts, all, send, load, begin };
}

describe("throttle", () => {
  it.each([
    ["nacks", NACK],
    ["429", { status: 429 }],
  ])("holds back three of four calls while all are answered with %s, and lets all through again", async (_, reply) => {
    const { all, load, begin, counts } = world();
    await begin();
    all(reply);
    await load(3_000);
    const throttled = await load(1_000);
    expect(throttled).toBeGreaterThan(700);
    expect(throttled).toBeLessThan(800);
    expect(counts.get("throttled")).toBeGreaterThan(throttled);
    all();
    await load(3_000);
    expect(await load(100)).toBe(0);
  });

  it("holds back while connections are refused", async () => {
    const { transport, load, begin } = world();
    await begin();
    for (const name of ["a", "b"]) transport.at(name, transport.refuses());
    await load(3_000);
    expect(await load(1_000)).toBeGreaterThan(500);
  });

  it.each([
    ["failures", { status: 500 }],
    ["answers", { status: 404 }],
    ["answers of a first request with the same key", { status: 409, headers: { "retry-after": "1" } }],
  ])("takes %s for no refusal", async (_, reply) => {
    const { all, load, begin, counts } = world();
    await begin();
    all(reply);
    await load(4_000);
    expect(counts.get("throttled")).toBeUndefined();
  });

  it("lets critical calls through while only sheddable ones are refused", async () => {
    const { transport, load, begin } = world();
    await begin();
    for (const name of ["a", "b"]) {
      transport.at(name, (...sent) => {
        const isSheddable = sent[0].headers["x-shoal-criticality"] === "sheddable";
        return transport.answers(isSheddable ? NACK : undefined)(...sent);
      });
    }
    expect(await load(1_000, "sheddable")).toBeGreaterThan(300);
    expect(await load(500, "critical")).toBe(0);
  });

  it("says that it held the call back, that nothing was sent and that no retry helps", async () => {
    const { clock, all, load, begin, send } = world();
    await begin();
    all(NACK);
    await load(3_100);
    let error: unknown;
    for (let call = 0; call < 50 && error === undefined; call += 1) {
      send().catch((cause) => {
        if (cause.code === "THROTTLED") error = cause;
      });
      await clock.advance(10);
    }
    expect(error).toMatchObject({
      code: "THROTTLED",
      status: 503,
      retry: "never",
      message: expect.stringMatching(/quotes\.GET \/quotes\/1: held back, for 100 % of the requests to quotes/),
      details: { service: "quotes", attempts: 0 },
    });
  });
});
