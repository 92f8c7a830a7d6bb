import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Context } from "../../core/context.ts";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { type FailureKind, failure, type Outcome, success } from "../../core/outcome.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { type Call, type CallService, newCall } from "../call.ts";
import { CALL_DEFAULTS } from "../policy.ts";
import { DRAIN_MS_MAX, race } from "./race.ts";

/** What becomes of one of the two requests. */
interface Plan {
  readonly afterMs: number;
  /** Undefined: it succeeds. */
  readonly fails?: FailureKind | undefined;
  readonly answers?: boolean;
  /** It never gets as far as an instance. */
  readonly nowhere?: boolean;
  /** The client itself breaks down. */
  readonly throws?: Error;
}

interface Settings {
  readonly first: Plan;
  readonly second?: Plan;
  readonly hedgeAfterMs?: number | undefined;
  /** When the caller leaves. */
  readonly leaveMs?: number | undefined;
  /** The caller has left before. */
  readonly hasLeft?: boolean;
  readonly expectedMs?: number;
  /** Replies stream. */
  readonly streams?: boolean;
}

/** Races two planned requests, "a" and "b". */
function start(settings: Settings) {
  const { first, second = first, hedgeAfterMs, leaveMs, hasLeft = false, expectedMs = 0, streams = false } = settings;
  const clock = createVirtualClock();
  const caller = new AbortController();
  if (hasLeft) caller.abort(new Error("left"));
  const call = newCall({
    service: "quotes",
    operation: "getQuote",
    request: { method: "GET", target: "/", headers: {}, body: undefined },
    idempotent: true,
    settings: CALL_DEFAULTS,
    replyInMemory: !streams,
    signal: undefined,
  });
  const seen = { lanes: [] as Call[], ended: 0, aborted: [] as string[], inFlight: 0, open: 0 };
  const signals: AbortSignal[] = [];
  const bodyOf = () => {
    if (!streams) return undefined;
    seen.open += 1;
    let left = false;
    const end = async () => {
      if (!left) seen.open -= 1;
      left = true;
      return { done: true as const, value: undefined };
    };
    return { [Symbol.asyncIterator]: () => ({ next: end, return: end }) };
  };
  const next: CallService = (lane, { signal }) => {
    const plan = seen.lanes.length === 0 ? first : second;
    seen.lanes.push(lane);
    signals.push(signal);
    lane.attempts += 1;
    if (!plan.nowhere) lane.instance = lane.isHedge ? "b" : "a";
    seen.inFlight += 1;
    if (plan.throws) return Promise.reject(plan.throws);
    return new Promise((resolve) => {
      const settle = (outcome: Outcome<HttpReply>) => {
        cancel();
        signal.removeEventListener("abort", onAbort);
        seen.inFlight -= 1;
        resolve(outcome);
      };
      const onAbort = () => {
        seen.aborted.push(lane.instance);
        settle(failure("final", shoalError("CANCELLED", { message: "given up" })));
      };
      const cancel = clock.after(plan.afterMs, () => settle(outcomeOf(plan, lane.instance)));
      signal.addEventListener("abort", onAbort, { once: true });
    });
  };
  const outcomeOf = ({ fails, answers = false }: Plan, instance: string): Outcome<HttpReply> => {
    const reply = () => ({ status: fails ? 500 : 200, headers: { instance }, body: bodyOf() });
    if (fails === undefined) return success(reply());
    return failure(fails, shoalError("UPSTREAM_FAILED", { message: instance }), answers ? reply() : undefined);
  };
  let hedges = 0;
  const outcome = race({
    call,
    context: { signal: caller.signal, deadlineMs: 10_000 } as Context,
    next,
    clock,
    hedgeAfterMs,
    mayHedge: () => true,
    expectedMsOf: () => expectedMs,
    onHedge() {
      hedges += 1;
    },
    onEnd() {
      seen.ended += 1;
    },
  });
  if (leaveMs !== undefined) clock.after(leaveMs, () => caller.abort(new Error("left")));
  let settledMs: number | undefined;
  let settled = 0;
  void outcome.then(() => {
    settled += 1;
    settledMs = clock.now();
  });
  const finish = async () => {
    while (await clock.advanceToNext());
    return { outcome: await outcome, settledMs, settled, hedges };
  };
  return { clock, call, caller, seen, signals, outcome, finish };
}

const instanceOf = (outcome: Outcome<HttpReply>) => outcome.reply?.headers["instance"];

describe("race", () => {
  it("sends no second request when the first is in time, or when it fails before", async () => {
    for (const fails of [undefined, "failed"] as const) {
      const { seen, finish } = start({ first: { afterMs: 9, fails }, hedgeAfterMs: 10 });
      expect(await finish()).toMatchObject({ settledMs: 9, hedges: 0 });
      expect(seen.lanes).toHaveLength(1);
    }
  });

  it("takes the first success, whichever it is, and names its instance", async () => {
    const hedgeWins = start({ first: { afterMs: 100 }, second: { afterMs: 5 }, hedgeAfterMs: 10 });
    const won = await hedgeWins.finish();
    expect(won).toMatchObject({ settledMs: 15, hedges: 1 });
    expect(instanceOf(won.outcome)).toBe("b");
    expect(hedgeWins.call).toMatchObject({ instance: "b", attempts: 2 });
    const firstWins = start({ first: { afterMs: 12 }, second: { afterMs: 5 }, hedgeAfterMs: 10 });
    expect(instanceOf((await firstWins.finish()).outcome)).toBe("a");
    expect(firstWins.call).toMatchObject({ instance: "a", attempts: 2 });
  });

  it("waits for the other when the first to end has failed", async () => {
    const { finish } = start({ first: { afterMs: 50 }, second: { afterMs: 1, fails: "failed" }, hedgeAfterMs: 10 });
    const { outcome, settledMs } = await finish();
    expect(settledMs).toBe(50);
    expect(instanceOf(outcome)).toBe("a");
  });

  it("obeys, of two failures, the instance that forbids another try", async () => {
    const forbids = { afterMs: 11, fails: "final", answers: true } as const;
    const { finish } = start({ first: forbids, second: { afterMs: 50, fails: "failed" }, hedgeAfterMs: 10 });
    expect((await finish()).outcome).toMatchObject({ ok: false, kind: "final" });
  });

  it("does not take a second request that was not sent for the call's failure", async () => {
    for (const fails of ["final", "unsent"] as const) {
      const { call, finish } = start({
        first: { afterMs: 11, fails: "failed", answers: true },
        second: { afterMs: 50, fails },
        hedgeAfterMs: 10,
      });
      expect((await finish()).outcome).toMatchObject({ ok: false, kind: "failed" });
      expect(call.instance).toBe("a");
    }
  });

  it("takes, of two failures, the later one that was sent, whatever the first was", async () => {
    for (const first of [
      { afterMs: 11, fails: "failed", answers: true },
      { afterMs: 11, fails: "final" },
      { afterMs: 11, fails: "unsent" },
    ] as const) {
      const { call, finish } = start({ first, second: { afterMs: 50, fails: "ambiguous" }, hedgeAfterMs: 10 });
      expect((await finish()).outcome).toMatchObject({ kind: "ambiguous", error: { message: "[UPSTREAM_FAILED] b" } });
      expect(call.instance).toBe("b");
    }
  });

  it("ends as a failure of this process when the client breaks down", async () => {
    const cause = new TypeError("bug");
    const { finish } = start({ first: { afterMs: 0, throws: cause } });
    const message = expect.stringContaining("quotes.getQuote: the client failed");
    expect((await finish()).outcome).toMatchObject({ kind: "final", error: { code: "INTERNAL", cause, message } });
  });

  it("lets the one that lost go on, tells when it ends, and has no timer for it then", async () => {
    const { clock, seen, signals } = start({ first: { afterMs: 100 }, second: { afterMs: 5 }, hedgeAfterMs: 10 });
    await clock.advance(100);
    expect(seen).toMatchObject({ aborted: [], ended: 2, inFlight: 0 });
    expect(clock.pending()).toBe(0);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  });

  it("ends it when it would go on for a second, or has", async () => {
    const late = start({
      first: { afterMs: 5_000 },
      second: { afterMs: 5 },
      hedgeAfterMs: 10,
      expectedMs: DRAIN_MS_MAX + 15,
    });
    await late.clock.advance(15);
    expect(late.seen.aborted).toEqual(["a"]);
    const message = expect.stringContaining("quotes.getQuote: another request for the same call was faster");
    expect(late.signals[0]?.reason).toMatchObject({ code: "CANCELLED", message });
    expect(late.signals[1]?.aborted).toBe(false);
    const unexpected = start({ first: { afterMs: 5_000 }, second: { afterMs: 5 }, hedgeAfterMs: 10 });
    await unexpected.clock.advance(15 + DRAIN_MS_MAX - 1);
    expect(unexpected.seen.aborted).toEqual([]);
    await unexpected.clock.advance(1);
    expect(unexpected.seen.aborted).toEqual(["a"]);
  });

  it("counts the time that it has had already", async () => {
    const expectedMs = DRAIN_MS_MAX + 100;
    const { clock, seen } = start({ first: { afterMs: 5_000 }, second: { afterMs: 1 }, hedgeAfterMs: 100, expectedMs });
    await clock.advance(101);
    expect(seen.aborted).toEqual([]);
  });

  it("ends it at once while it has no instance, and notes nothing of it", async () => {
    const first = { afterMs: 5_000, nowhere: true };
    const { clock, call, signals } = start({ first, second: { afterMs: 5 }, hedgeAfterMs: 10 });
    call.trail.push({ instance: "b", afterMs: 10, durationMs: 5, status: 200, error: "" });
    await clock.advance(15);
    expect(signals[0]?.aborted).toBe(true);
    expect(call.trail).toHaveLength(1);
  });

  it("lets go of a reply that streams and that nobody wants, whether it came first or later", async () => {
    const later = start({ first: { afterMs: 100 }, second: { afterMs: 5 }, hedgeAfterMs: 10, streams: true });
    await later.finish();
    expect(later.seen.open).toBe(1);
    const failed = { afterMs: 11, fails: "failed", answers: true } as const;
    const first = start({ first: failed, second: { afterMs: 5 }, hedgeAfterMs: 10, streams: true });
    expect(instanceOf((await first.finish()).outcome)).toBe("b");
    expect(first.seen.open).toBe(1);
  });

  it("notes the one that lost where attempts are recorded, and only there", async () => {
    const hedgeWins = start({ first: { afterMs: 100 }, second: { afterMs: 5 }, hedgeAfterMs: 10 });
    hedgeWins.call.trail.push({ instance: "b", afterMs: 10, durationMs: 5, status: 200, error: "" });
    await hedgeWins.finish();
    const lost = { status: 0, error: "CANCELLED" };
    expect(hedgeWins.call.trail[1]).toEqual({ ...lost, instance: "a", afterMs: 0, durationMs: 15 });
    const firstWins = start({ first: { afterMs: 12 }, second: { afterMs: 50 }, hedgeAfterMs: 10 });
    firstWins.call.trail.push({ instance: "a", afterMs: 0, durationMs: 12, status: 200, error: "" });
    await firstWins.finish();
    expect(firstWins.call.trail[1]).toEqual({ ...lost, instance: "b", afterMs: 10, durationMs: 2 });
    const unrecorded = start({ first: { afterMs: 100 }, second: { afterMs: 5 }, hedgeAfterMs: 10 });
    await unrecorded.finish();
    expect(unrecorded.call.trail).toEqual([]);
  });

  it("ends what streams when the caller leaves, and nothing once all has arrived", async () => {
    const streaming = start({ first: { afterMs: 100 }, second: { afterMs: 5 }, hedgeAfterMs: 10, streams: true });
    await streaming.clock.advance(15);
    streaming.caller.abort(new Error("left"));
    expect(streaming.signals.map(({ aborted }) => aborted)).toEqual([false, true]); // the other goes on for a moment
    const whole = start({ first: { afterMs: 5 } });
    await whole.finish();
    whole.caller.abort(new Error("left"));
    expect(whole.signals[0]?.aborted).toBe(false);
  });

  it("sends no second request once the caller has left", async () => {
    const { clock, caller, seen } = start({ first: { afterMs: 50 }, hedgeAfterMs: 10 });
    await clock.advance(5);
    caller.abort(new Error("left"));
    expect(clock.pending()).toBe(0);
    await clock.advance(100);
    expect(seen.lanes).toHaveLength(1);
  });

  it("ends at once for a caller that left before", async () => {
    const { seen, signals, finish } = start({ first: { afterMs: 50 }, hedgeAfterMs: 10, hasLeft: true });
    expect(await finish()).toMatchObject({ settledMs: 0, hedges: 0 });
    expect(seen.aborted).toEqual(["a"]);
    expect(signals[0]?.reason).toMatchObject({ message: "left" });
  });

  it("settles once, in time, with the right outcome, and leaves nothing behind", async () => {
    const kind = fc.constantFrom<(FailureKind | undefined)[]>(undefined, "failed", "ambiguous", "unsent", "final");
    const plan = fc.record({ afterMs: fc.integer({ min: 1, max: 3_000 }), fails: kind });
    const settings = fc.record({
      first: plan,
      second: plan,
      hedgeAfterMs: fc.option(fc.integer({ min: 1, max: 2_000 }), { nil: undefined }),
      // between the milliseconds at which requests end
      leaveMs: fc.option(
        fc.integer({ min: 0, max: 3_000 }).map((ms) => ms + 0.5),
        { nil: undefined },
      ),
      expectedMs: fc.integer({ min: 0, max: 3_000 }),
      streams: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(settings, async (given) => {
        const { clock, call, seen, finish } = start(given);
        const { outcome, settledMs, settled } = await finish();
        expect(settled).toBe(1);
        expect([settledMs, outcome.ok]).toEqual(expected(given));
        if (outcome.ok) expect(call.instance).toBe(instanceOf(outcome));
        expect(seen.lanes.length).toBeLessThanOrEqual(2);
        expect(seen).toMatchObject({
          ended: seen.lanes.length,
          inFlight: 0,
          open: given.streams && outcome.ok ? 1 : 0,
        });
        expect(call.attempts).toBe(seen.lanes.length);
        expect(clock.pending()).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  /** When it ends, and whether well, by the rules alone. */
  function expected({ first, second = first, hedgeAfterMs, leaveMs = Infinity }: Settings): readonly [number, boolean] {
    const hedged = hedgeAfterMs !== undefined && hedgeAfterMs <= first.afterMs && hedgeAfterMs < leaveMs;
    const ends = [{ ...first }, ...(hedged ? [{ ...second, afterMs: second.afterMs + hedgeAfterMs }] : [])];
    const well = ends.filter(({ fails }) => fails === undefined).map(({ afterMs }) => afterMs);
    const endMs = well.length > 0 ? Math.min(...well) : Math.max(...ends.map(({ afterMs }) => afterMs));
    return leaveMs < endMs ? [leaveMs, false] : [endMs, well.length > 0];
  }
});
