import { describe, expect, it } from "vitest";
import type { Context } from "../../core/context.ts";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { type FailureKind, failure, type Outcome, success } from "../../core/outcome.ts";
import { sampleCall, sampleContext } from "../../testing/sample-call.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { createRetryBudget } from "./budget.ts";
import { retry } from "./retry.ts";

/** The filter alone, over requests that end as told and at once; each pause lasts 250 ms. The budget holds two. */
function world(ends: readonly Outcome<HttpReply>[], context: Partial<Context> = {}) {
  const clock = createVirtualClock();
  const budget = createRetryBudget({ budgetRatio: 0.5, budgetReservePerSecond: 0.2, budgetTtlMs: 10_000 }, 0);
  const events: string[] = [];
  const filter = retry(
    { budget, expectedMs: () => 10, note: (event) => void events.push(event) },
    { clock, random: () => 1 },
  );
  const sentMs: number[] = [];
  const call = sampleCall();
  const outcome = filter(call, sampleContext(context), async () => {
    sentMs.push(clock.now());
    call.attempts += 1;
    const end = ends[sentMs.length - 1];
    if (end === undefined) throw new Error("sent once too often");
    return end;
  });
  return { clock, budget, call, events, outcome, sentMs };
}

const ok = success<HttpReply>({ status: 200, headers: {}, body: undefined });
const failed = (kind: FailureKind = "failed", reply?: HttpReply) =>
  failure<HttpReply>(kind, shoalError("UPSTREAM_FAILED", { message: "no" }), reply);

describe("retry", () => {
  it("tries again after a pause that doubles, and notes each when it decides it", async () => {
    const { clock, outcome, sentMs, events } = world([failed(), failed(), ok]);
    await clock.advance(1_000);
    expect(await outcome).toBe(ok);
    expect(sentMs).toEqual([0, 250, 750]);
    expect(events).toEqual(["retry", "retry"]);
  });

  it("pays when it decides, before the pause", async () => {
    const { clock, budget } = world([failed(), ok]);
    await clock.advance(0);
    expect(budget.balance(0)).toBe(1);
  });

  it("pays in for each success, and for nothing else", async () => {
    const { clock, budget, outcome } = world([failed(), ok]);
    await clock.advance(249);
    const beforeSuccess = budget.balance(249);
    await clock.advance(1);
    await outcome;
    expect(budget.balance(250) - beforeSuccess).toBeCloseTo(0.5, 2);
    const atOnce = world([ok]);
    while (atOnce.budget.withdraw(0));
    expect(await atOnce.outcome).toBe(ok);
    expect(atOnce.budget.balance(0)).toBe(0.5);
  });

  it("says that the budget is spent, and notes what it could not pay for", async () => {
    const { clock, budget, call, events, outcome, sentMs } = world([failed()]);
    while (budget.withdraw(0));
    await clock.advance(1_000);
    expect(await outcome).toEqual(failed());
    expect([sentMs, events]).toEqual([[0], ["retry_denied"]]);
    expect(call.verdict).toBe("the retry budget of this process is spent");
  });

  it("says what forbids another try, and pays nothing", async () => {
    const { clock, budget, call, events, outcome } = world([failed("ambiguous")], { deadlineMs: 10 });
    await clock.advance(0);
    expect((await outcome).ok).toBe(false);
    expect([budget.balance(0), events, call.verdict]).toEqual([2, [], "10 ms are too few for another attempt"]);
  });

  it("leaves a final failure, and one whose caller has gone, as they are", async () => {
    for (const [kind, signal] of [
      ["final", new AbortController().signal],
      ["failed", AbortSignal.abort()],
    ] as const) {
      const { clock, budget, call, outcome, sentMs } = world([failed(kind)], { signal });
      await clock.advance(1_000);
      expect(await outcome).toEqual(failed(kind));
      expect([sentMs, budget.balance(0), call.verdict]).toEqual([[0], 2, ""]);
    }
  });

  it("ends for good when the caller leaves during the pause, and says who", async () => {
    const caller = new AbortController();
    const { clock, outcome, sentMs } = world([failed()], { signal: caller.signal });
    await clock.advance(100);
    const why = new Error("closed the tab");
    caller.abort(why);
    await clock.advance(1_000);
    const message = expect.stringContaining("quotes.getQuote: the caller has gone");
    expect(await outcome).toMatchObject({ kind: "final", error: { code: "CANCELLED", cause: why, message } });
    expect([sentMs, clock.pending()]).toEqual([[0], 0]);
  });

  it("lets go of the failure's body before it tries again", async () => {
    let left = 0;
    const end = async () => {
      left += 1;
      return { done: true as const, value: undefined };
    };
    const body = { [Symbol.asyncIterator]: () => ({ next: end, return: end }) };
    const { clock, outcome } = world([failed("failed", { status: 500, headers: {}, body }), ok]);
    await clock.advance(0);
    expect(left).toBe(1);
    await clock.advance(250);
    await outcome;
  });
});
