import { describe, expect, it } from "vitest";
import type { Context } from "../core/context.ts";
import type { HttpReply } from "../core/message.ts";
import type { ShedReason } from "../telemetry/resilience.ts";
import { sampleContext } from "../testing/sample-call.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { admission, refuseExcess } from "./admission.ts";
import { type Arrival, arrivalOf } from "./arrival.ts";
import { createLimiter } from "./limiter.ts";

const reply: HttpReply = { status: 200, headers: {}, body: undefined };
const arrival = () =>
  arrivalOf({ method: "GET", target: "/", headers: {}, body: undefined }, { kind: "own", answer: () => reply });
const textOf = (refused: HttpReply | undefined) => Buffer.from(refused?.body as Uint8Array).toString();

/** One place, and room for one who waits; work may go on for 50 ms after its deadline. */
function admitted() {
  const clock = createVirtualClock();
  const limiter = createLimiter({ limit: 1, waitersMax: 1, clock });
  const shed: string[] = [];
  const hung: Arrival[] = [];
  const filter = admission({
    service: "quotes",
    limiter,
    clock,
    shed: (...what) => void shed.push(what.join(" ")),
    hungMs: 50,
    onHung: (late) => void hung.push(late),
  });
  const ask = (given: Partial<Context> = {}) => {
    const below = Promise.withResolvers<HttpReply>();
    const caller = new AbortController();
    const request = arrival();
    let answer: HttpReply | undefined;
    const ended = filter(request, sampleContext({ signal: caller.signal, ...given }), () => below.promise);
    ended.then(
      (made) => {
        answer = made;
      },
      () => {},
    );
    return { below, caller, request, ended, answer: () => answer };
  };
  return { clock, limiter, shed, hung, ask };
}

describe("admission", () => {
  it("gives a request a place for as long as the work lasts, however it ends", async () => {
    const { clock, limiter, ask } = admitted();
    const well = ask();
    await clock.advance(0);
    expect([limiter.active(), well.request.progress.stage]).toEqual([1, "begun"]);
    well.below.resolve(reply);
    expect(await well.ended).toBe(reply);
    expect(limiter.active()).toBe(0);
    const broken = ask();
    broken.below.reject(new Error("bug"));
    await expect(broken.ended).rejects.toThrow("bug");
    expect([limiter.active(), clock.pending()]).toEqual([0, 0]);
  });

  it("has the next wait for its turn", async () => {
    const { clock, limiter, shed, ask } = admitted();
    const [first, second] = [ask(), ask()];
    await clock.advance(0);
    expect([limiter.waiting(), second.request.progress.stage]).toEqual([1, "waiting"]);
    first.below.resolve(reply);
    await clock.advance(0);
    expect(second.request.progress.stage).toBe("begun");
    second.below.resolve(reply);
    expect(await second.ended).toBe(reply);
    expect(shed).toEqual([]);
  });

  it("sends to another instance who finds no room to wait, and counts it by what it mattered", async () => {
    const { clock, shed, ask } = admitted();
    ask();
    ask();
    const third = ask({ criticality: "sheddable" });
    await clock.advance(0);
    expect(third.answer()).toMatchObject({ status: 503, headers: { "x-shoal-nack": "retryable" } });
    expect(textOf(third.answer())).toMatch(/OVERLOADED.*quotes is at its limit of requests/);
    expect([shed, third.request.progress.stage]).toEqual([["sheddable queue_full"], "waiting"]);
  });

  it("refuses for good who had no place before the deadline, and counts it", async () => {
    const { clock, shed, ask } = admitted();
    const first = ask();
    const late = ask({ deadlineMs: 100 });
    await clock.advance(100);
    first.below.resolve(reply);
    await clock.advance(0);
    expect(late.answer()).toMatchObject({ status: 503, headers: { "x-shoal-nack": "final" } });
    expect(textOf(late.answer())).toMatch(/DEADLINE_EXCEEDED.*quotes had no place before the deadline/);
    expect(shed).toEqual(["default expired"]);
  });

  it("does not count a caller that hung up while it waited", async () => {
    const { clock, limiter, shed, ask } = admitted();
    ask();
    const left = ask();
    left.caller.abort();
    await clock.advance(0);
    expect(left.answer()?.status).toBe(503);
    expect([shed, limiter.waiting()]).toEqual([[], 0]);
  });

  it("gives away the place of work that goes on for too long after its end, once, and says so", async () => {
    const { clock, limiter, hung, ask } = admitted();
    const stuck = ask();
    await clock.advance(10);
    stuck.caller.abort();
    await clock.advance(49);
    expect([limiter.active(), hung]).toEqual([1, []]);
    await clock.advance(1);
    expect([limiter.active(), hung]).toEqual([0, [stuck.request]]);
    ask();
    stuck.below.resolve(reply); // at last
    await clock.advance(0);
    expect(limiter.active()).toBe(1);
  });

  it("does not take for hung what ends soon after its caller left, or before", async () => {
    const { clock, limiter, hung, ask } = admitted();
    const soon = ask();
    soon.caller.abort();
    await clock.advance(49);
    soon.below.resolve(reply);
    await clock.advance(100);
    const before = ask();
    before.below.resolve(reply);
    await clock.advance(0);
    before.caller.abort();
    expect(clock.pending()).toBe(0);
    expect([limiter.active(), hung]).toEqual([0, []]);
  });
});

describe("refuseExcess", () => {
  const refused = async (reason: ShedReason | undefined, kind: "retryable" | "final" = "retryable") => {
    const seen: string[] = [];
    const filter = refuseExcess({
      service: "quotes",
      overload: {
        refuses(criticality) {
          seen.push(`refuses ${criticality}`);
          return reason;
        },
        nackKind: () => kind,
      },
      shed: (...what) => void seen.push(`shed ${what.join(" ")}`),
      asked: () => void seen.push("asked"),
    });
    const ask = () => filter(arrival(), sampleContext({ criticality: "critical" }), async () => reply);
    return { answers: [await ask(), await ask()] as const, seen: seen.slice(0, seen.length / 2) };
  };

  it("notes each request, and lets through what there is room for", async () => {
    const { answers, seen } = await refused(undefined);
    expect(answers).toEqual([reply, reply]);
    expect(seen).toEqual(["asked", "refuses critical"]);
  });

  it("refuses the rest with a reply that was made once, and counts why", async () => {
    const { answers, seen } = await refused("overload");
    expect(answers[0]).toMatchObject({ status: 503, headers: { "x-shoal-nack": "retryable" } });
    expect(textOf(answers[0])).toMatch(/OVERLOADED.*quotes is at its limit of requests/);
    expect(answers[1]).toBe(answers[0]);
    expect(seen).toEqual(["asked", "refuses critical", "shed critical overload"]);
  });

  it("refuses for good while most is refused, and says so", async () => {
    const { answers } = await refused("overload", "final");
    expect(answers[0]).toMatchObject({ status: 503, headers: { "x-shoal-nack": "final" } });
    expect(textOf(answers[0])).toMatch(/OVERLOADED.*quotes is at its limit of requests, and refuses most of them/);
  });
});
