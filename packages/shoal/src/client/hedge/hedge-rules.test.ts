import { describe, expect, it } from "vitest";
import type { Context } from "../../core/context.ts";
import { shoalError } from "../../core/errors.ts";
import { failure, success } from "../../core/outcome.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { type CallService, newCall } from "../call.ts";
import { CALL_DEFAULTS } from "../policy.ts";
import { createRetryBudget } from "../retry/budget.ts";
import { hedge } from "./hedge.ts";

const BUDGET = { budgetRatio: 0, budgetReservePerSecond: 1, budgetTtlMs: 10_000 };

/** The filter alone, over requests that take and end as told; it has measured 200 calls of 10 ms. */
async function measured(parts: { readonly spare?: boolean; readonly expectedMs?: number; readonly reserve?: number }) {
  const { spare = true, expectedMs = 10, reserve = 1 } = parts;
  const clock = createVirtualClock();
  const budget = createRetryBudget({ ...BUDGET, budgetReservePerSecond: reserve }, 0);
  const sentMs: number[] = [];
  const filter = hedge(
    { budget, hasSpare: () => spare, expectedMs: () => expectedMs, expectedMsOf: () => expectedMs, note: () => {} },
    { clock, random: () => 0.5 },
  );
  const answers =
    (afterMs: number, ok = true): CallService =>
    () => {
      sentMs.push(clock.now());
      const error = shoalError("UPSTREAM_FAILED", { message: "no" });
      const outcome = ok ? success({ status: 200, headers: {}, body: undefined }) : failure<never>("failed", error);
      return new Promise((resolve) => void clock.after(afterMs, () => resolve(outcome)));
    };
  const send = async (next: CallService, deadlineMs = 10_000) => {
    const call = newCall({
      service: "quotes",
      operation: "getQuote",
      request: { method: "GET", target: "/", headers: {}, body: undefined },
      idempotent: true,
      settings: { ...CALL_DEFAULTS, hedgeExtraLoad: 0.1 },
      replyInMemory: true,
      signal: undefined,
    });
    const context = { signal: new AbortController().signal, deadlineMs: clock.now() + deadlineMs } as Context;
    const startMs = clock.now();
    sentMs.length = 0;
    const outcome = filter(call, context, next);
    await clock.advance(20);
    return { outcome, sentAfterMs: sentMs.map((ms) => ms - startMs) };
  };
  for (let call = 0; call < 200; call += 1) await send(answers(10));
  return { answers, send };
}

describe("a hedge", () => {
  it("goes out after the time that nearly all calls stay within", async () => {
    const { answers, send } = await measured({});
    const { sentAfterMs } = await send(answers(100));
    expect(sentAfterMs).toHaveLength(2);
    expect(sentAfterMs[1]).toBeGreaterThanOrEqual(10);
    expect(sentAfterMs[1]).toBeLessThanOrEqual(10.4);
  });

  it("needs a share of the service's retry budget", async () => {
    const { answers, send } = await measured({ reserve: 0 });
    expect((await send(answers(100))).sentAfterMs).toHaveLength(1);
  });

  it("needs an instance that would take it", async () => {
    const { answers, send } = await measured({ spare: false });
    expect((await send(answers(100))).sentAfterMs).toHaveLength(1);
  });

  it("needs time for an answer", async () => {
    const { answers, send } = await measured({ expectedMs: 50 });
    expect((await send(answers(100), 60)).sentAfterMs).toHaveLength(1);
    expect((await send(answers(100), 100)).sentAfterMs).toHaveLength(2);
  });

  it("is not sent earlier because most calls fail fast", async () => {
    const { answers, send } = await measured({});
    for (let call = 0; call < 2_500; call += 1) await send(call % 20 === 0 ? answers(10) : answers(1, false));
    const { sentAfterMs } = await send(answers(100));
    expect(sentAfterMs[1]).toBeGreaterThanOrEqual(10);
  });
});
