import { describe, expect, it } from "vitest";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { type Failure, type FailureKind, failure } from "../../core/outcome.ts";
import { type Call, newCall } from "../call.ts";
import { CALL_DEFAULTS } from "../policy.ts";
import { decideRetry } from "./decision.ts";

const facts = { remainingMs: 5_000, expectedMs: 10, random: () => 1 };
const failed = (kind: FailureKind, retryAfterMs?: number): Failure<HttpReply> =>
  failure<HttpReply>(kind, shoalError("CONNECTION_LOST", { message: "x" }), undefined, retryAfterMs);

function callOf(given: Partial<Call> = {}): Call {
  const call = newCall({
    service: "quotes",
    operation: "getQuote",
    request: { method: "GET", target: "/", headers: {}, body: undefined },
    idempotent: true,
    settings: CALL_DEFAULTS,
    replyInMemory: true,
    signal: undefined,
  });
  return Object.assign(call, { attempts: 1 }, given);
}

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

  it("says why not", () => {
    expect(decideRetry(callOf({ idempotent: false }), failed("ambiguous"), facts)).toEqual({
      retry: false,
      why: "it may have been processed, and it is not idempotent",
    });
  });
});
