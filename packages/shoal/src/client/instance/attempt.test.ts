import { describe, expect, it } from "vitest";
import type { Context } from "../../core/context.ts";
import { type ErrorCode, shoalError } from "../../core/errors.ts";
import { type HttpReply, readBody } from "../../core/message.ts";
import { type FailureKind, failure, type Outcome, success } from "../../core/outcome.ts";
import { sampleCall, sampleContext } from "../../testing/sample-call.ts";
import { seededRandom } from "../../testing/seeded-random.ts";
import { streamingOutcome } from "../../testing/streaming-outcome.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { Call } from "../call.ts";
import { CALL_DEFAULTS } from "../policy.ts";
import { attemptTimeout } from "./attempt.ts";

const settings = { ...CALL_DEFAULTS, attemptMs: 100 };
const ok = success<HttpReply>({ status: 200, headers: {}, body: undefined });
const failed = (kind: FailureKind, code: ErrorCode) => failure<HttpReply>(kind, shoalError(code, { message: "below" }));

/** An attempt at "quotes-1" that has 100 ms; what is below ends when the test says so, and not before. */
function attempted(
  given: Partial<Context> = {},
  call: Call = sampleCall({ settings, attempts: 1, instance: "quotes-1" }),
) {
  const clock = createVirtualClock();
  const caller = new AbortController();
  const events: string[] = [];
  const filter = attemptTimeout({ clock, random: seededRandom(9) }, (event) => void events.push(event));
  const below = Promise.withResolvers<Outcome<HttpReply>>();
  let context: Context | undefined;
  const outcome = filter(call, sampleContext({ signal: caller.signal, ...given }), (_, own) => {
    context = own;
    return below.promise;
  });
  let settled: Outcome<HttpReply> | undefined;
  void outcome.then((end) => {
    settled = end;
  });
  return { clock, caller, events, below, own: () => context, settled: () => settled };
}

describe("attemptTimeout", () => {
  it("gives an attempt its number and its time, no more than the call has left", () => {
    expect(attempted().own()).toMatchObject({ deadlineMs: 100, attempt: 1 });
    expect(attempted({ deadlineMs: 60 }).own()).toMatchObject({ deadlineMs: 60 });
  });

  it("sends the first attempt under the call's span, and each further one under its own", () => {
    const context = sampleContext();
    expect(attempted(context).own()?.trace).toBe(context.trace);
    const second = attempted(context, sampleCall({ settings, attempts: 2 })).own();
    expect([second?.attempt, second?.trace.traceId]).toEqual([2, context.trace.traceId]);
    expect(second?.trace.spanId).not.toBe(context.trace.spanId);
  });

  it("hands on what comes in time, and keeps no timer", async () => {
    for (const end of [ok, failed("failed", "UPSTREAM_FAILED")]) {
      const { clock, below, settled, events, own, caller } = attempted();
      await clock.advance(99);
      below.resolve(end);
      await clock.advance(0);
      expect(settled()).toBe(end);
      caller.abort(); // the call ends; nobody below is concerned
      await clock.advance(1_000);
      expect([clock.pending(), events, own()?.signal.aborted]).toEqual([0, [], false]);
    }
  });

  it("gives up when its time is over, though nothing below settles, and says after how long", async () => {
    const { clock, settled, events, own } = attempted();
    await clock.advance(99);
    expect(settled()).toBeUndefined();
    await clock.advance(1);
    const message = expect.stringContaining("quotes.getQuote: no reply from quotes-1 within 100 ms");
    const error = { code: "ATTEMPT_TIMEOUT", message };
    expect(settled()).toMatchObject({ ok: false, kind: "ambiguous", error });
    expect(own()?.signal.reason).toMatchObject(error);
    expect([clock.pending(), events]).toEqual([0, ["attempt_timeout"]]);
  });

  it("does not count the call's own time as an attempt's", async () => {
    const { clock, settled, events } = attempted({ deadlineMs: 60 });
    await clock.advance(60);
    expect(settled()).toMatchObject({ kind: "ambiguous", error: { code: "ATTEMPT_TIMEOUT" } });
    expect(events).toEqual([]);
  });

  it.each<[string, Outcome<HttpReply>, FailureKind | "ok", ErrorCode | undefined]>([
    ["waited for a connection in vain", failed("unsent", "CANCELLED"), "unsent", "CONNECT_FAILED"],
    ["waited for its turn", failed("unsent", "LIMIT_REACHED"), "unsent", "LIMIT_REACHED"],
    ["was sent", failed("ambiguous", "CANCELLED"), "ambiguous", "ATTEMPT_TIMEOUT"],
    ["was refused for good", failed("final", "UPSTREAM_FAILED"), "final", "UPSTREAM_FAILED"],
    ["was answered at the last moment", ok, "ok", undefined],
  ])("says what was known when its time was over of one that %s", async (_, end, kind, code) => {
    const { clock, below, own, settled } = attempted();
    own()?.signal.addEventListener("abort", () => below.resolve(end));
    await clock.advance(100);
    const outcome = settled();
    expect(outcome?.ok ? ["ok", undefined] : [outcome?.kind, outcome?.error.code]).toEqual([kind, code]);
  });

  it("says that there was no connection, and for how long", async () => {
    const { clock, below, own, settled } = attempted();
    own()?.signal.addEventListener("abort", () => below.resolve(failed("unsent", "CANCELLED")));
    await clock.advance(100);
    expect(settled()).toMatchObject({
      error: { message: expect.stringMatching(/no connection: .*no reply from quotes-1 within 100 ms/) },
    });
  });

  it("ends at once with its call, which forbids another", async () => {
    for (const [superseded, why] of [
      [false, "the caller has gone"],
      [true, "another request for the same call was faster"],
    ] as const) {
      const call = sampleCall({ settings, attempts: 1 });
      const { clock, caller, settled, own, events } = attempted({}, call);
      await clock.advance(40);
      call.superseded = superseded;
      const cause = new Error("left");
      caller.abort(cause);
      await clock.advance(0);
      const message = expect.stringContaining(`quotes.getQuote: ${why}`);
      expect(settled()).toMatchObject({ kind: "final", error: { code: "CANCELLED", cause, message } });
      expect(own()?.signal.reason).toBe(cause);
      expect([clock.pending(), events]).toEqual([0, []]);
    }
  });

  it("begins nothing for a call that has ended", async () => {
    const cause = new Error("left");
    const { clock, own, settled } = attempted({ signal: AbortSignal.abort(cause) });
    await clock.advance(0);
    expect(settled()).toMatchObject({ kind: "final", error: { code: "CANCELLED", cause } });
    expect([own(), clock.pending()]).toEqual([undefined, 0]);
  });

  it("takes the end of the call's time for the end of its own: timers come up to a millisecond early", async () => {
    const { clock, caller, settled } = attempted({ deadlineMs: 60 });
    await clock.advance(59.5);
    caller.abort(shoalError("DEADLINE_EXCEEDED", { message: "no answer within 60 ms" }));
    await clock.advance(0);
    expect(settled()).toMatchObject({ kind: "ambiguous", error: { code: "ATTEMPT_TIMEOUT" } });
  });

  it("ends as a failure of this process when the client breaks down", async () => {
    const { clock, below, settled } = attempted();
    const cause = new TypeError("bug");
    below.reject(cause);
    await clock.advance(0);
    const message = expect.stringContaining("quotes.getQuote failed");
    expect(settled()).toMatchObject({ kind: "final", error: { code: "INTERNAL", cause, message } });
  });

  it("lets go of a reply that comes too late", async () => {
    const { clock, below } = attempted();
    const { seen, outcome } = streamingOutcome();
    await clock.advance(100);
    below.resolve(outcome);
    await clock.advance(0);
    expect(seen.left).toBe(true);
  });

  it("leaves a reply that streams its time, and ends it with its call until it has arrived", async () => {
    const early = attempted();
    early.below.resolve(streamingOutcome().outcome);
    await early.clock.advance(1_000);
    expect([early.settled()?.ok, early.own()?.signal.aborted]).toEqual([true, false]);
    early.caller.abort();
    expect(early.own()?.signal.aborted).toBe(true);
    const whole = attempted();
    whole.below.resolve(streamingOutcome().outcome);
    await whole.clock.advance(0);
    await readBody(whole.settled()?.reply?.body, 0);
    whole.caller.abort();
    expect(whole.own()?.signal.aborted).toBe(false);
  });
});
