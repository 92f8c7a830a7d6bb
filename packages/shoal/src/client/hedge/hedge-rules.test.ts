import { describe, expect, it } from "vitest";
import type { Context } from "../../core/context.ts";
import { shoalError } from "../../core/errors.ts";
import { failure, success } from "../../core/outcome.ts";
import { sampleCall } from "../../testing/sample-call.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { Call, CallService } from "../call.ts";
import { CALL_DEFAULTS } from "../policy.ts";
import { createRetryBudget } from "../retry/budget.ts";
import { hedge } from "./hedge.ts";

const BUDGET = { budgetRatio: 0, budgetReservePerSecond: 1, budgetTtlMs: 10_000 };

interface Parts {
  readonly spare?: boolean;
  readonly expectedMs?: number;
  readonly reserve?: number;
  /** What the 200 calls that it has measured are like. */
  readonly usual?: Partial<Call>;
}

const HEDGED = { ...CALL_DEFAULTS, hedgeExtraLoad: 0.1 };
const requestOf = (method: string) => ({ request: { method, target: "/", headers: {}, body: undefined } });

/** The filter alone, over requests that take and end as told; it has measured 200 calls of 10 ms. */
async function measured({ spare = true, expectedMs = 10, reserve = 1, usual = {} }: Parts) {
  const clock = createVirtualClock();
  const budget = createRetryBudget({ ...BUDGET, budgetReservePerSecond: reserve }, 0);
  const sentMs: number[] = [];
  const filter = hedge(
    { budget, hasSpare: () => spare, expectedMs: () => expectedMs, expectedMsOf: () => expectedMs, note: () => {} },
    { clock, random: () => 0.5 },
  );
  const answers =
    (afterMs: number, fails?: "UPSTREAM_FAILED" | "ATTEMPT_TIMEOUT"): CallService =>
    () => {
      sentMs.push(clock.now());
      const error = shoalError(fails ?? "INTERNAL", { message: "no" });
      const outcome =
        fails === undefined ? success({ status: 200, headers: {}, body: undefined }) : failure<never>("failed", error);
      return new Promise((resolve) => void clock.after(afterMs, () => resolve(outcome)));
    };
  const send = async (next: CallService, deadlineMs = 10_000, given: Partial<Call> = {}) => {
    const call = sampleCall({ settings: HEDGED, ...given });
    const context = { signal: new AbortController().signal, deadlineMs: clock.now() + deadlineMs } as Context;
    const startMs = clock.now();
    sentMs.length = 0;
    const outcome = filter(call, context, next);
    await clock.advance(20);
    return { outcome, sentAfterMs: sentMs.map((ms) => ms - startMs) };
  };
  for (let call = 0; call < 200; call += 1) await send(answers(10), 10_000, usual);
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
    for (let call = 0; call < 2_500; call += 1)
      await send(call % 20 === 0 ? answers(10) : answers(1, "UPSTREAM_FAILED"));
    const { sentAfterMs } = await send(answers(100));
    expect(sentAfterMs[1]).toBeGreaterThanOrEqual(10);
  });

  it("is sent later once attempts time out later", async () => {
    const { answers, send } = await measured({});
    for (let call = 0; call < 200; call += 1) await send(answers(14, "ATTEMPT_TIMEOUT"));
    const { sentAfterMs } = await send(answers(100));
    expect(sentAfterMs[1]).toBeGreaterThanOrEqual(14);
  });

  it("is for reads alone: a key that makes a repetition known may be known at one instance only", async () => {
    const { answers, send } = await measured({});
    for (const method of ["POST", "PUT", "DELETE"]) {
      expect((await send(answers(100), 10_000, requestOf(method))).sentAfterMs).toHaveLength(1);
    }
    expect((await send(answers(100), 10_000, requestOf("HEAD"))).sentAfterMs).toHaveLength(2);
  });

  it("learns nothing from calls that may not be sent twice, and is not paid for by them", async () => {
    const { answers, send } = await measured({ usual: { idempotent: false } });
    expect((await send(answers(100))).sentAfterMs).toHaveLength(1);
  });
});
