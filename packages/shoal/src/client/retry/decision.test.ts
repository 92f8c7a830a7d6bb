import { describe, expect, it } from "vitest";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { type Failure, type FailureKind, failure } from "../../core/outcome.ts";
import { sampleCall } from "../../testing/sample-call.ts";
import type { Call } from "../call.ts";
import { CALL_DEFAULTS } from "../policy.ts";
import { decideRetry, REQUEUES_MAX } from "./decision.ts";

const facts = { remainingMs: 5_000, expectedMs: 10, random: () => 1 };
const failed = (kind: FailureKind, retryAfterMs?: number): Failure<HttpReply> =>
  failure<HttpReply>(kind, shoalError("CONNECTION_LOST", { message: "x" }), undefined, retryAfterMs);

const callOf = (given: Partial<Call> = {}) => sampleCall({ attempts: 1, ...given });

const withBody = (body: NonNullable<Call["request"]["body"]>) => ({
  request: { method: "POST", target: "/", headers: {}, body },
});

describe("decideRetry", () => {
  it.each<[FailureKind, boolean, boolean]>([
    ["unsent", true, true],
    ["nacked", true, true],
    ["throttled", false, true],
    ["ambiguous", false, true],
    ["failed", false, true],
    ["final", false, false],
  ])("after %s retries a request that is not idempotent: %s, an idempotent one: %s", (kind, not, idempotent) => {
    expect(decideRetry(callOf({ idempotent: false }), failed(kind), facts).retry).toBe(not);
    expect(decideRetry(callOf(), failed(kind), facts).retry).toBe(idempotent);
  });

  it("stops at attemptsMax, not counting what never reached an instance", () => {
    expect(decideRetry(callOf({ attempts: 2 }), failed("failed"), facts).retry).toBe(true);
    expect(decideRetry(callOf({ attempts: 3 }), failed("failed"), facts).retry).toBe(false);
    expect(decideRetry(callOf({ attempts: 4, unsent: 2 }), failed("unsent"), facts).retry).toBe(true);
    expect(decideRetry(callOf({ attempts: 8, unsent: 8 }), failed("unsent"), facts).retry).toBe(false);
  });

  it("sends a stream once, and a long body again only when it was not sent", () => {
    const stream = (async function* () {})();
    expect(decideRetry(callOf(withBody(stream)), failed("unsent"), facts).retry).toBe(false);
    const long = withBody(new Uint8Array(64 * 1_024 + 1));
    expect(decideRetry(callOf(long), failed("failed"), facts).retry).toBe(false);
    expect(decideRetry(callOf(long), failed("unsent"), facts).retry).toBe(true);
    expect(decideRetry(callOf(withBody(new Uint8Array(64 * 1_024))), failed("failed"), facts).retry).toBe(true);
  });

  it("waits as long as the instance asked, and gives up when that is longer than the call has", () => {
    expect(decideRetry(callOf(), failed("throttled", 2_000), facts)).toEqual({ retry: true, delayMs: 2_000 });
    expect(decideRetry(callOf(), failed("throttled", 6_000), facts).retry).toBe(false);
  });

  it("does not begin an attempt that cannot end in time", () => {
    expect(decideRetry(callOf(), failed("failed"), { ...facts, remainingMs: 80, expectedMs: 80 }).retry).toBe(false);
    expect(decideRetry(callOf(), failed("failed"), { ...facts, remainingMs: 81, expectedMs: 80 }).retry).toBe(true);
  });

  it("pauses for half of the time that is left at most: a retry soon is better than none", () => {
    const decision = decideRetry(callOf(), failed("failed"), { ...facts, remainingMs: 180, expectedMs: 80 });
    expect(decision).toEqual({ retry: true, delayMs: 50 });
  });

  it("pauses for longer before each further retry, by the attempts made so far", () => {
    const delays = [0, 1, 2].map((attempts) => decideRetry(callOf({ attempts }), failed("failed"), facts));
    expect(delays.map((decision) => decision.retry && decision.delayMs)).toEqual([250, 250, 500]);
  });

  it("moves on what never reached an instance five times more than there may be attempts", () => {
    const { attemptsMax } = CALL_DEFAULTS;
    const at = (attempts: number) => decideRetry(callOf({ attempts, unsent: attempts }), failed("unsent"), facts);
    expect(at(attemptsMax + REQUEUES_MAX - 1).retry).toBe(true);
    expect(at(attemptsMax + REQUEUES_MAX)).toEqual({ retry: false, why: "it was moved on 5 times" });
  });

  const stream = (async function* () {})();
  it.each<[FailureKind, Partial<Call>, string]>([
    ["final", {}, "the failure is final"],
    ["failed", { superseded: true }, "another request for the same call was faster"],
    ["unsent", withBody(stream), "its body is a stream, which can be sent once"],
    ["failed", { attempts: 3 }, "3 attempts are the most"],
    ["ambiguous", { idempotent: false }, "it may have been processed, and it is not idempotent"],
    ["nacked", withBody(new Uint8Array(64 * 1_024 + 1)), "its body is over 65536 bytes"],
  ])("says why not, after %s", (kind, given, why) => {
    expect(decideRetry(callOf(given), failed(kind), facts)).toEqual({ retry: false, why });
  });
});
