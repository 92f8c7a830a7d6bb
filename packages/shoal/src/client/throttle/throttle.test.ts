import { describe, expect, it } from "vitest";
import type { Criticality } from "../../core/criticality.ts";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply, HttpRequest } from "../../core/message.ts";
import { failure, type Outcome, success } from "../../core/outcome.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import { NO_RESILIENCE_METER } from "../../telemetry/resilience.ts";
import { createFakeRuntime } from "../../testing/fake-runtime.ts";
import { createFakeTransport } from "../../testing/fake-transport.ts";
import { sampleCall, sampleContext } from "../../testing/sample-call.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { type SendOptions, sendToService } from "../client.ts";
import { throttle } from "./throttle.ts";

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

/** The filter by itself, before a request that ends so: what it told the admission, and what it did. */
async function told(outcome: Outcome<HttpReply>, { attempts = 1, share = 0, chance = 0 } = {}) {
  const log: string[] = [];
  const filter = throttle(
    {
      admission: {
        isOpen: () => share === 0,
        offer: () => share,
        send: () => 7,
        nacked: (criticality, mark) => void log.push(`nacked ${criticality} ${mark}`),
        takeBack: (criticality, mark) => void log.push(`taken back ${criticality} ${mark}`),
        share: () => share,
        nackedShare: () => 0.876,
      },
      note: (event) => void log.push(event),
    },
    {
      clock: createVirtualClock(),
      random() {
        log.push("chance");
        return chance;
      },
    },
  );
  let sent = 0;
  const ended = await filter(sampleCall(), sampleContext({ criticality: "critical" }), async (call) => {
    sent += 1;
    call.attempts += attempts;
    return outcome;
  });
  return { ended, sent, log };
}

describe("throttle, by what becomes of a request,", () => {
  const error = shoalError("UPSTREAM_FAILED", { message: "x" });
  const reply = { status: 200, headers: {}, body: undefined };
  const ok = success<HttpReply>(reply);

  it.each<[string, Outcome<HttpReply>, number, readonly string[]]>([
    ["an answer", ok, 1, []],
    ["a failure", failure("failed", error), 1, []],
    ["a lost connection", failure("ambiguous", error), 1, []],
    ["a nack", failure("nacked", error), 1, ["nacked critical 7"]],
    ["a 429", failure("throttled", error, { ...reply, status: 429 }), 1, ["nacked critical 7"]],
    [
      "a refused connection",
      failure("unsent", shoalError("CONNECT_FAILED", { message: "x" })),
      1,
      ["nacked critical 7"],
    ],
    [
      "a bound of this process",
      failure("unsent", shoalError("LIMIT_REACHED", { message: "x" })),
      1,
      ["taken back critical 7"],
    ],
    [
      "no instance to go to",
      failure("final", shoalError("NO_INSTANCE", { message: "x" })),
      0,
      ["taken back critical 7"],
    ],
  ])("tells of %s", async (_, outcome, attempts, log) => {
    expect(await told(outcome, { attempts })).toEqual({ ended: outcome, sent: 1, log });
  });

  it("holds back the share asked for, by chance, and what it holds back for good", async () => {
    expect((await told(ok, { share: 0.5, chance: 0.5 })).sent).toBe(1);
    const { ended, sent, log } = await told(ok, { share: 0.5, chance: 0.499 });
    expect([sent, log]).toEqual([0, ["chance", "throttled"]]);
    const message = "[THROTTLED] quotes.getQuote: held back, for 88 % of the requests to quotes were refused of late";
    expect(ended).toMatchObject({ ok: false, kind: "final", error: { code: "THROTTLED", message } });
  });
});
