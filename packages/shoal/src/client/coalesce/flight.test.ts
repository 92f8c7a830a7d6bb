import { describe, expect, it } from "vitest";
import { CancelSource } from "../../core/cancellation.ts";
import type { Context } from "../../core/context.ts";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { failure, type Outcome, success } from "../../core/outcome.ts";
import { sampleCall, sampleContext } from "../../testing/sample-call.ts";
import type { Call } from "../call.ts";
import { startFlight } from "./flight.ts";

const bytes = Buffer.from("{}");
const answer = (): Outcome<HttpReply> =>
  success({ status: 200, headers: { etag: "1", "set-cookie": ["a", "b"] }, body: bytes });

/** A flight of a call that has until 100; it ends when the test says so. */
function flown() {
  const below = Promise.withResolvers<Outcome<HttpReply>>();
  const first = sampleCall();
  let sent: { readonly call: Call; readonly context: Context } | undefined;
  let ends = 0;
  const flight = startFlight(
    first,
    sampleContext({ deadlineMs: 100 }),
    (call, context) => {
      sent = { call, context };
      return below.promise;
    },
    () => {
      ends += 1;
    },
  );
  const join = (call = sampleCall({ coalesced: true }), deadlineMs = 100) => {
    const caller = new CancelSource();
    const context = sampleContext({ deadlineMs, signal: caller.signal });
    return { call, caller, outcome: flight.join(call, context) };
  };
  if (sent === undefined) throw new Error("nothing was sent");
  return { flight, first, below, sent, join, ends: () => ends };
}

describe("startFlight", () => {
  it("gives all who wait the reply, each a copy of its own when there are several", async () => {
    const { flight, first, below, join, ends } = flown();
    const waiting = [join(first), join(), join()];
    expect(flight.waiting()).toBe(3);
    const sent = answer();
    below.resolve(sent);
    const outcomes = await Promise.all(waiting.map(({ outcome }) => outcome));
    for (const outcome of outcomes)
      expect(outcome).toEqual({ ...answer(), reply: { ...sent.reply, body: new Uint8Array(bytes) } });
    expect(new Set(outcomes.map(({ reply }) => reply?.headers["set-cookie"])).size).toBe(3);
    expect(new Set(outcomes.map(({ reply }) => reply?.body)).size).toBe(3);
    expect([flight.waiting(), ends()]).toEqual([0, 1]);
  });

  it("hands the reply itself to one who waits alone", async () => {
    const { first, below, join } = flown();
    const { outcome } = join(first);
    const sent = answer();
    below.resolve(sent);
    expect(await outcome).toBe(sent);
  });

  it("gives all the same failure, its reply copied", async () => {
    for (const reply of [undefined, { status: 500, headers: {}, body: bytes }]) {
      const { first, below, join } = flown();
      const waiting = [join(first), join()];
      const failed = failure<HttpReply>("failed", shoalError("UPSTREAM_FAILED", { message: "no" }), reply, 7);
      below.resolve(failed);
      for (const { outcome } of waiting) {
        expect(await outcome).toMatchObject({ ok: false, kind: "failed", retryAfterMs: 7, error: failed.error });
        expect((await outcome).reply?.status).toBe(reply?.status);
        if (reply) expect((await outcome).reply).not.toBe(reply);
      }
    }
  });

  it("ends as a failure of this process for all when the client breaks down", async () => {
    const { first, below, join } = flown();
    const waiting = [join(first), join()];
    const cause = new TypeError("bug");
    below.reject(cause);
    const message = expect.stringContaining("quotes.getQuote: the client failed");
    for (const { outcome } of waiting) {
      expect(await outcome).toMatchObject({ kind: "final", error: { code: "INTERNAL", cause, message } });
    }
  });

  it("lasts as long as the latest that joined, and its callee was told the first's", () => {
    const { flight, first, sent, join } = flown();
    join(first);
    expect(sent.context.deadlineMs).toBe(100);
    join(undefined, 180);
    join(undefined, 120);
    expect([sent.context.deadlineMs, flight.sentUntilMs]).toEqual([180, 100]);
  });

  it("tells each what was done for it; the attempts are recorded with the first alone", async () => {
    const { first, below, sent, join } = flown();
    const other = join();
    const { outcome } = join(first);
    const attempt = { instance: "quotes-1", afterMs: 0, durationMs: 5, status: 200, error: "" };
    Object.assign(sent.call, { attempts: 3, unsent: 1, instance: "quotes-1", verdict: "3 attempts are the most" });
    sent.call.trail.push(attempt);
    below.resolve(answer());
    await outcome;
    const known = { attempts: 3, unsent: 1, instance: "quotes-1", verdict: "3 attempts are the most" };
    expect(first).toMatchObject({ ...known, trail: [attempt] });
    expect(other.call).toMatchObject({ ...known, trail: [] });
  });

  it("lets one leave at once, and goes on for the others", async () => {
    const { flight, first, below, sent, join, ends } = flown();
    const { caller, outcome } = join(first);
    const other = join();
    sent.call.attempts = 1;
    const why = new Error("left");
    caller.cancel(why);
    const message = expect.stringContaining("quotes.getQuote: the caller has gone");
    expect(await outcome).toMatchObject({ kind: "final", error: { code: "CANCELLED", cause: why, message } });
    expect([first.attempts, flight.waiting(), ends(), sent.context.signal.aborted]).toEqual([1, 1, 0, false]);
    below.resolve(answer());
    expect((await other.outcome).ok).toBe(true);
  });

  it("is given up with the last, and takes in nobody any more", async () => {
    const { first, sent, join, ends } = flown();
    const waiting = [join(first), join()];
    for (const { caller } of waiting) caller.cancel(new Error("left"));
    await Promise.all(waiting.map(({ outcome }) => outcome));
    expect(ends()).toBe(1);
    expect(sent.context.signal.reason).toMatchObject({ code: "CANCELLED" });
  });

  it("does not take one who leaves after the end for one who gives up", async () => {
    const { first, below, sent, join, ends } = flown();
    const { caller, outcome } = join(first);
    below.resolve(answer());
    await outcome;
    caller.cancel(new Error("left"));
    expect([ends(), sent.context.signal.aborted]).toEqual([1, false]);
  });
});
