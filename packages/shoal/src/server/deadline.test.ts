import { describe, expect, it } from "vitest";
import type { Context } from "../core/context.ts";
import type { HttpReply } from "../core/message.ts";
import { sampleContext } from "../testing/sample-call.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { arrivalOf } from "./arrival.ts";
import { answerInTime, refuseExpired } from "./deadline.ts";

const reply: HttpReply = { status: 200, headers: {}, body: undefined };
const arrival = () =>
  arrivalOf({ method: "GET", target: "/", headers: {}, body: undefined }, { kind: "own", answer: () => reply });
const textOf = ({ body }: HttpReply) => Buffer.from(body as Uint8Array).toString();

/** A request that came at 0; what is below answers when the test says so. */
function asked(given: Partial<Context> = {}) {
  const clock = createVirtualClock();
  const caller = new AbortController();
  const below = Promise.withResolvers<HttpReply>();
  const request = arrival();
  let context: Context | undefined;
  let end: { readonly reply?: HttpReply; readonly cause?: unknown } | undefined;
  const filter = answerInTime("quotes", clock);
  filter(request, sampleContext({ deadlineMs: 100, signal: caller.signal, ...given }), (_, own) => {
    context = own;
    return below.promise;
  }).then(
    (answer) => {
      end = { reply: answer };
    },
    (cause: unknown) => {
      end = { cause };
    },
  );
  return { clock, caller, below, request, context: () => context, end: () => end };
}

describe("answerInTime", () => {
  it("hands on what comes in time, and what breaks down, and leaves nothing behind", async () => {
    const well = asked();
    await well.clock.advance(99);
    well.below.resolve(reply);
    await well.clock.advance(0);
    expect(well.end()?.reply).toBe(reply);
    const broken = asked();
    const cause = new Error("bug");
    broken.below.reject(cause);
    await broken.clock.advance(0);
    expect(broken.end()).toEqual({ cause });
    for (const { clock, caller, context } of [well, broken]) {
      caller.abort();
      expect([clock.pending(), context()?.signal.aborted]).toEqual([0, false]);
    }
  });

  it("answers 504 at the deadline what has begun, tells it to stop, and callers not to try again", async () => {
    const { clock, request, context, end } = asked();
    request.progress.stage = "begun";
    await clock.advance(99);
    expect(end()).toBeUndefined();
    await clock.advance(1);
    expect(end()?.reply).toMatchObject({ status: 504, headers: { "x-shoal-retry": "never" } });
    expect(end()?.reply?.headers["x-shoal-nack"]).toBeUndefined();
    expect(context()?.signal.reason).toMatchObject({
      code: "DEADLINE_EXCEEDED",
      message: expect.stringContaining("quotes did not answer before the deadline"),
    });
    expect(clock.pending()).toBe(0);
  });

  it("refuses for good at the deadline what still waits for its turn", async () => {
    const { clock, end } = asked();
    await clock.advance(100);
    expect(end()?.reply).toMatchObject({ status: 503, headers: { "x-shoal-nack": "final" } });
    expect(textOf(end()?.reply ?? reply)).toContain("quotes did not begin this request before its deadline");
  });

  it("counts a caller that goes away as 499, and tells what is below why", async () => {
    const { clock, caller, context, end } = asked();
    const why = new Error("hung up");
    caller.abort(why);
    await clock.advance(0);
    expect(end()?.reply?.status).toBe(499);
    expect(textOf(end()?.reply ?? reply)).toContain("the caller has gone");
    expect(context()?.signal.reason).toBe(why);
  });

  it("begins nothing for a caller that has gone", async () => {
    const { clock, context, end } = asked({ signal: AbortSignal.abort() });
    await clock.advance(0);
    expect([end()?.reply?.status, context(), clock.pending()]).toEqual([499, undefined, 0]);
  });

  it("leaves a reply that streams its time, and ends it with its caller until it is made", async () => {
    const made = Promise.withResolvers<void>();
    const body = Object.assign((async function* () {})(), { finished: made.promise });
    const open = asked();
    open.below.resolve({ ...reply, body });
    await open.clock.advance(1_000);
    expect([open.end()?.reply?.body, open.context()?.signal.aborted]).toEqual([body, false]);
    open.caller.abort();
    expect(open.context()?.signal.aborted).toBe(true);
    const whole = asked();
    whole.below.resolve({ ...reply, body });
    made.resolve();
    await whole.clock.advance(0);
    whole.caller.abort();
    expect(whole.context()?.signal.aborted).toBe(false);
  });

  it("does not wait for a stream that cannot say when it ends", async () => {
    const { clock, caller, below, context } = asked();
    below.resolve({ ...reply, body: (async function* () {})() });
    await clock.advance(0);
    caller.abort();
    expect(context()?.signal.aborted).toBe(false);
  });
});

describe("refuseExpired", () => {
  const refused = async (nowMs: number, context: Partial<Context> = {}) => {
    const shed: string[] = [];
    const filter = refuseExpired("quotes", { now: () => nowMs }, (...what) => void shed.push(what.join(" ")));
    const answer = await filter(arrival(), sampleContext({ deadlineMs: 100, ...context }), async () => reply);
    return { answer, shed };
  };

  it("lets through what has time left, however little", async () => {
    expect(await refused(99.9)).toEqual({ answer: reply, shed: [] });
  });

  it("refuses for good what has none, and counts it by what it mattered", async () => {
    const { answer, shed } = await refused(100, { criticality: "critical" });
    expect(answer).toMatchObject({ status: 503, headers: { "x-shoal-nack": "final" } });
    expect(shed).toEqual(["critical expired"]);
  });

  it("refuses what nobody waits for any more, which is no load that was shed", async () => {
    const { answer, shed } = await refused(0, { signal: AbortSignal.abort() });
    expect([answer.status, shed]).toEqual([503, []]);
  });
});
