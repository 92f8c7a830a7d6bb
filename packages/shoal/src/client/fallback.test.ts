import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { contract } from "../contract/contract.ts";
import { del, get } from "../contract/operation.ts";
import type { ShoalError } from "../core/errors.ts";
import { type EdgeEvent, NO_RESILIENCE_METER } from "../telemetry/resilience.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { type Behaviour, createFakeTransport } from "../testing/fake-transport.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { withRuntime } from "./process-runtime.ts";
import { type UseOptions, use } from "./use.ts";

const rates = contract("rates", {
  getRate: get("/rates/:pair", {
    params: z.object({ pair: z.string() }),
    returns: z.object({ rate: z.number() }),
    errors: { notFound: 404, closed: 503 },
  }),
  dropRates: del("/rates", {}),
});
type Rates = (typeof rates)["operations"];

const EUR = { params: { pair: "EURUSD" } };
const problem = (code: string, status: number) => ({
  status,
  json: { code, status, title: code, detail: "no", type: "x" },
  headers: { "content-type": "application/problem+json" },
});

/** Calls through a consumer with these options; time moves by itself. */
function world(behave: (transport: ReturnType<typeof createFakeTransport>) => Behaviour) {
  const clock = createVirtualClock();
  const transport = createFakeTransport(clock);
  const events: EdgeEvent[] = [];
  const resilience = { ...NO_RESILIENCE_METER, edge: () => (event: EdgeEvent) => void events.push(event) };
  const runtime = { ...createFakeRuntime({ clock }), transport, resilience };
  transport.at("a", behave(transport));
  const consumer = (options: Parameters<typeof use<Rates>>[1]) => withRuntime(runtime, () => use(rates, options));
  const settled = async <Result>(task: () => Promise<Result>): Promise<Result> => {
    let done = false;
    const result = withRuntime(runtime, task).finally(() => {
      done = true;
    });
    result.catch(() => {});
    runtime.registry.push([sampleInstance("a", { service: "rates", address: "a" })], ["rates"]);
    while (!done && (await clock.advanceToNext()));
    if (!done) throw new Error("it never ends: nothing is left to happen");
    return result;
  };
  const fallbacks = () => events.filter((event) => event === "fallback").length;
  return { transport, consumer, settled, fallbacks };
}

describe("a fallback", () => {
  it("answers in place of a call that failed at last, and knows input and error", async () => {
    const { transport, consumer, settled, fallbacks } = world((fake) => fake.answers({ status: 500 }));
    let told: readonly unknown[] = [];
    const fx = consumer({
      attemptsMax: 2,
      fallback: {
        getRate: (input, error) => {
          told = [input, error.code];
          return { rate: 1.1 };
        },
      },
    });
    expect(await settled(() => fx.getRate(EUR))).toEqual({ rate: 1.1 });
    expect(told).toEqual([EUR, "UPSTREAM_FAILED"]);
    expect(transport.sent).toHaveLength(2);
    expect(fallbacks()).toBe(1);
  });

  it("may take its time, and is not asked while the service answers", async () => {
    const failing = world((fake) => fake.loses());
    const late = failing.consumer({ fallback: { getRate: async () => ({ rate: 2 }) } });
    expect(await failing.settled(() => late.getRate(EUR))).toEqual({ rate: 2 });
    const { consumer, settled, fallbacks } = world((fake) => fake.answers({ json: { rate: 3 } }));
    const fx = consumer({ fallback: { getRate: () => ({ rate: 1.1 }) } });
    expect(await settled(() => fx.getRate(EUR))).toEqual({ rate: 3 });
    expect(fallbacks()).toBe(0);
  });

  it("is for its own operation alone", async () => {
    const { consumer, settled } = world((fake) => fake.answers({ status: 500 }));
    const fx = consumer({ fallback: { getRate: () => ({ rate: 1.1 }) } });
    await expect(settled(() => fx.dropRates())).rejects.toMatchObject({ code: "UPSTREAM_FAILED" });
  });

  it("is not asked for an error that the contract declares: that is an answer", async () => {
    for (const [code, status] of [
      ["notFound", 404],
      ["closed", 503],
    ] as const) {
      const { consumer, settled, fallbacks } = world((fake) => fake.answers(problem(code, status)));
      const fx = consumer({ fallback: { getRate: () => ({ rate: 1.1 }) } });
      await expect(settled(() => fx.getRate(EUR))).rejects.toMatchObject({ code });
      expect(fallbacks()).toBe(0);
    }
  });

  it("is not asked when the caller has left, nor for a call that was made wrongly", async () => {
    const { consumer, settled, fallbacks } = world((fake) => fake.hangs());
    const fx = consumer({ fallback: { getRate: () => ({ rate: 1.1 }) } });
    const left = settled(() => fx.getRate(EUR, { signal: AbortSignal.abort() }));
    await expect(left).rejects.toMatchObject({ code: "CANCELLED" });
    await expect(settled(() => fx.getRate(EUR, { attemptsMax: 0 }))).rejects.toMatchObject({ code: "OPTION_INVALID" });
    expect(fallbacks()).toBe(0);
  });

  it("that throws is thrown, with the call's error as its cause", async () => {
    const { consumer, settled } = world((fake) => fake.answers({ status: 500 }));
    const fx = consumer({
      fallback: {
        getRate: () => {
          throw new RangeError("no old rate either");
        },
      },
    });
    await expect(settled(() => fx.getRate(EUR))).rejects.toMatchObject({
      name: "RangeError",
      cause: { code: "UPSTREAM_FAILED" },
    });
  });

  it("may throw the call's own error, or one with a cause of its own", async () => {
    const { consumer, settled } = world((fake) => fake.answers({ status: 500 }));
    const again = consumer({ fallback: { getRate: (_input, error) => Promise.reject(error) } });
    const thrown: unknown = await settled(() => again.getRate(EUR)).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: "UPSTREAM_FAILED" });
    expect((thrown as Error).cause).not.toBe(thrown);
    const cause = new Error("disk");
    const own = consumer({ fallback: { getRate: () => Promise.reject(new Error("no", { cause })) } });
    await expect(settled(() => own.getRate(EUR))).rejects.toMatchObject({ cause });
  });

  it("is refused when it is none, or of an operation that there is not", () => {
    const { consumer } = world((fake) => fake.answers());
    const wrong = { fallback: { getRate: 1.1 } } as unknown as UseOptions<Rates>;
    expect(() => consumer(wrong)).toThrow("fallback.getRate must be a function, got 1.1");
    const unknown = { fallback: { getQuote: () => undefined } } as UseOptions<Rates>;
    expect(() => consumer(unknown)).toThrow(
      "fallback must be of one of the operations getRate, dropRates, got getQuote",
    );
    expect(() => consumer({ fallback: { getRate: undefined } })).not.toThrow();
  });

  it("is typed by its operation", () => {
    const make = () => {
      use(rates, {
        fallback: {
          getRate(input, error) {
            expectTypeOf(input).toEqualTypeOf<{ readonly params: { pair: string } }>();
            expectTypeOf(error).toEqualTypeOf<ShoalError>();
            return { rate: 1 };
          },
          dropRates: () => undefined,
        },
      });
      use(rates, {
        // @ts-expect-error -- a rate is a number
        fallback: { getRate: () => ({ rate: "1" }) },
      });
      use(rates, {
        // @ts-expect-error -- there is no such operation
        fallback: { getQuote: () => ({ rate: 1 }) },
      });
      return use(rates, { fallback: { getRate: async () => ({ rate: 1 }) }, attemptMs: 500 });
    };
    expectTypeOf<Awaited<ReturnType<ReturnType<typeof make>["getRate"]>>>().toEqualTypeOf<{ rate: number }>();
  });
});
