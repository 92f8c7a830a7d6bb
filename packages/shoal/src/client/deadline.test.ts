import { describe, expect, it } from "vitest";
import type { Context } from "../core/context.ts";
import { shoalError } from "../core/errors.ts";
import { type HttpReply, readBody } from "../core/message.ts";
import { failure, type Outcome, success } from "../core/outcome.ts";
import { sampleCall, sampleContext } from "../testing/sample-call.ts";
import { streamingOutcome } from "../testing/streaming-outcome.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { totalDeadline } from "./deadline.ts";

const ok = success<HttpReply>({ status: 200, headers: {}, body: undefined });

/** A call that begins at 0; what is below ends when the test says so, and not before. */
function called(given: Partial<Context> = {}, own?: AbortSignal) {
  const clock = createVirtualClock();
  const caller = new AbortController();
  const events: string[] = [];
  const filter = totalDeadline({ clock }, (event) => void events.push(event));
  const below = Promise.withResolvers<Outcome<HttpReply>>();
  let context: Context | undefined;
  let settled: Outcome<HttpReply> | undefined;
  void filter(sampleCall({ signal: own }), sampleContext({ signal: caller.signal, ...given }), (_, inner) => {
    context = inner;
    return below.promise;
  }).then((end) => {
    settled = end;
  });
  return { clock, caller, events, below, context: () => context, settled: () => settled };
}

describe("totalDeadline", () => {
  it("hands on what comes in time, and keeps no timer", async () => {
    for (const end of [ok, failure<HttpReply>("failed", shoalError("UPSTREAM_FAILED", { message: "no" }))]) {
      const own = new AbortController();
      const { clock, caller, below, context, events, settled } = called({ deadlineMs: 100 }, own.signal);
      await clock.advance(99);
      below.resolve(end);
      await clock.advance(0);
      expect(settled()).toBe(end);
      caller.abort();
      own.abort();
      await clock.advance(1_000);
      expect([clock.pending(), events, context()?.signal.aborted]).toEqual([0, [], false]);
    }
  });

  it("ends at the deadline, whatever hangs below, and tells it", async () => {
    const { clock, context, events, settled } = called({ deadlineMs: 400 });
    await clock.advance(399);
    expect(settled()).toBeUndefined();
    await clock.advance(1);
    const message = expect.stringContaining("quotes.getQuote: no answer within 400 ms");
    const error = { code: "DEADLINE_EXCEEDED", message };
    expect(settled()).toMatchObject({ ok: false, kind: "final", error });
    expect(context()?.signal.reason).toMatchObject(error);
    expect([clock.pending(), events]).toEqual([0, ["deadline_exceeded"]]);
  });

  it("says that the time is over when its last attempt says so first", async () => {
    const attempt = failure<HttpReply>("ambiguous", shoalError("ATTEMPT_TIMEOUT", { message: "no reply" }));
    for (const [atMs, code] of [
      [398, "ATTEMPT_TIMEOUT"],
      [399.5, "DEADLINE_EXCEEDED"],
    ] as const) {
      const { clock, below, settled } = called({ deadlineMs: 400 });
      await clock.advance(atMs);
      below.resolve(attempt);
      await clock.advance(0);
      expect(settled()).toMatchObject({ ok: false, error: { code } });
      expect(clock.pending()).toBe(0);
    }
  });

  it("sends nothing with less than a millisecond left", async () => {
    const late = called({ deadlineMs: 0.9 });
    await late.clock.advance(0);
    expect(late.settled()).toMatchObject({ kind: "final", error: { code: "DEADLINE_EXCEEDED" } });
    expect([late.context(), late.events]).toEqual([undefined, ["deadline_exceeded"]]);
    expect(called({ deadlineMs: 1 }).context()).toBeDefined();
  });

  it("ends when the request that it is made for ends, and when its caller wishes, and says why", async () => {
    for (const which of ["caller", "own"] as const) {
      const own = new AbortController();
      const { clock, caller, context, events, settled } = called({}, own.signal);
      await clock.advance(10);
      const cause = new Error("closed the tab");
      (which === "own" ? own : caller).abort(cause);
      await clock.advance(0);
      const message = expect.stringContaining("quotes.getQuote: the caller has gone");
      expect(settled()).toMatchObject({ kind: "final", error: { code: "CANCELLED", cause, message } });
      expect(context()?.signal.aborted).toBe(true);
      expect([clock.pending(), events]).toEqual([0, []]);
    }
  });

  it("sends nothing for a caller that has gone", async () => {
    const cause = new Error("left before");
    const gone = AbortSignal.abort(cause);
    for (const { clock, context, settled } of [called({ signal: gone }), called({}, gone)]) {
      await clock.advance(0);
      expect(settled()).toMatchObject({ kind: "final", error: { code: "CANCELLED", cause } });
      expect([context(), clock.pending()]).toEqual([undefined, 0]);
    }
  });

  it("ends as a failure of this process when the client breaks down", async () => {
    const { clock, below, settled } = called();
    const cause = new TypeError("bug");
    below.reject(cause);
    await clock.advance(0);
    const message = expect.stringContaining("quotes.getQuote: the client failed");
    expect(settled()).toMatchObject({ kind: "final", error: { code: "INTERNAL", cause, message } });
  });

  it("lets go of a reply that comes too late", async () => {
    const { clock, below } = called({ deadlineMs: 100 });
    const { seen, outcome } = streamingOutcome();
    await clock.advance(100);
    below.resolve(outcome);
    await clock.advance(0);
    expect(seen.left).toBe(true);
  });

  it("leaves a reply that streams its time, and ends it with its caller until it has arrived", async () => {
    const open = called({ deadlineMs: 100 });
    open.below.resolve(streamingOutcome().outcome);
    await open.clock.advance(1_000);
    expect([open.settled()?.ok, open.context()?.signal.aborted]).toEqual([true, false]);
    open.caller.abort();
    expect(open.context()?.signal.aborted).toBe(true);
    const whole = called({ deadlineMs: 100 });
    whole.below.resolve(streamingOutcome().outcome);
    await whole.clock.advance(0);
    await readBody(whole.settled()?.reply?.body, 0);
    whole.caller.abort();
    expect(whole.context()?.signal.aborted).toBe(false);
  });
});
