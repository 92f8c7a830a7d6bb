import { describe, expect, it } from "vitest";
import type { Context } from "../../core/context.ts";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { type FailureKind, failure, type Outcome, success } from "../../core/outcome.ts";
import { sampleCall, sampleContext } from "../../testing/sample-call.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { Call } from "../call.ts";
import { createRetryBudget } from "./budget.ts";
import { REQUEUES_MAX } from "./decision.ts";
import { requeue } from "./requeue.ts";

interface Settings {
  readonly call?: Call;
  readonly context?: Partial<Context>;
  /** Moves that the budget pays for. */
  readonly paid?: number;
  readonly hasOther?: boolean;
}

/** The filter alone, at 1 000 ms, over requests that end as told, the last of them again and again. */
async function moved(ends: readonly Outcome<HttpReply>[], settings: Settings = {}) {
  const { call = sampleCall(), context = {}, paid = 100, hasOther = true } = settings;
  const clock = createVirtualClock();
  await clock.advance(1_000);
  const options = { budgetRatio: 0, budgetReservePerSecond: paid / 10, budgetTtlMs: 10_000 };
  const budget = createRetryBudget(options, clock.now());
  const events: string[] = [];
  const filter = requeue(
    { budget, hasOther: () => hasOther, note: (event) => void events.push(event) },
    { clock, random: () => 0 },
  );
  let sent = 0;
  const outcome = await filter(call, sampleContext(context), async () => {
    const end = ends[Math.min(sent, ends.length - 1)];
    sent += 1;
    return end ?? success({ status: 200, headers: {}, body: undefined });
  });
  return { outcome, sent, events, spent: paid - budget.balance(clock.now()), waitedMs: clock.now() - 1_000 };
}

const ok = success<HttpReply>({ status: 200, headers: {}, body: undefined });
const failed = (kind: FailureKind, reply?: HttpReply) =>
  failure<HttpReply>(kind, shoalError("CONNECT_FAILED", { message: "no" }), reply);

describe("requeue", () => {
  it.each<FailureKind>(["unsent", "nacked"])("moves on at once, and pays for it, what is %s", async (kind) => {
    const { outcome, sent, events, spent, waitedMs } = await moved([failed(kind), failed(kind), ok]);
    expect(outcome).toBe(ok);
    expect([sent, spent, waitedMs]).toEqual([3, 2, 0]);
    expect(events).toEqual(["requeue", "requeue"]);
  });

  it.each<FailureKind>(["throttled", "ambiguous", "failed", "final"])("leaves alone what is %s", async (kind) => {
    expect(await moved([failed(kind), ok])).toMatchObject({ outcome: failed(kind), sent: 1, spent: 0, events: [] });
  });

  it("moves one call on five times at most", async () => {
    const { outcome, sent, spent } = await moved([failed("unsent")]);
    expect([outcome.ok, sent, spent]).toEqual([false, 1 + REQUEUES_MAX, REQUEUES_MAX]);
  });

  it("moves nothing on that has less than a millisecond left", async () => {
    expect((await moved([failed("unsent"), ok], { context: { deadlineMs: 1_001 } })).outcome.ok).toBe(true);
    expect(await moved([failed("unsent"), ok], { context: { deadlineMs: 1_000.9 } })).toMatchObject({
      sent: 1,
      spent: 0,
    });
  });

  it("moves nothing on for a caller that has gone", async () => {
    const context = { signal: AbortSignal.abort() };
    expect(await moved([failed("unsent"), ok], { context })).toMatchObject({ sent: 1, spent: 0 });
  });

  it("moves nothing on that may not be sent again, as when the other of two requests has answered", async () => {
    const call = sampleCall({ superseded: true });
    expect(await moved([failed("unsent"), ok], { call })).toMatchObject({ sent: 1, spent: 0 });
  });

  it("pays nothing where there is no other instance, and stays where nothing pays", async () => {
    expect(await moved([failed("unsent"), ok], { hasOther: false })).toMatchObject({ sent: 1, spent: 0, events: [] });
    expect(await moved([failed("unsent")], { paid: 2 })).toMatchObject({ sent: 3, events: ["requeue", "requeue"] });
  });

  it("lets go of the refusal's body", async () => {
    let left = 0;
    const end = async () => {
      left += 1;
      return { done: true as const, value: undefined };
    };
    const body = { [Symbol.asyncIterator]: () => ({ next: end, return: end }) };
    await moved([failed("nacked", { status: 503, headers: {}, body }), ok]);
    expect(left).toBe(1);
  });
});
