import { describe, expect, it } from "vitest";
import { type ErrorCode, shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { failure } from "../../core/outcome.ts";
import { sampleCall } from "../../testing/sample-call.ts";
import { accountOf } from "./retry-account.ts";

const SAME = "another try would be answered the same";

const ended = (code: ErrorCode, reply?: HttpReply) =>
  failure<HttpReply>("final", shoalError(code, { message: "x" }), reply);
const replyWith = (headers: HttpReply["headers"]): HttpReply => ({ status: 503, headers, body: undefined });

describe("accountOf", () => {
  it("says what the retry filter said, whatever the failure was", () => {
    const call = sampleCall({ verdict: "3 attempts are the most" });
    expect(accountOf(call, ended("DEADLINE_EXCEEDED"))).toEqual({ allowed: false, why: "3 attempts are the most" });
  });

  it.each([
    [{ "x-shoal-nack": "final" }, "the instance says that nobody waits for the answer any more"],
    [{ "x-shoal-nack": "retryable" }, SAME],
    [{ "x-shoal-retry": "never" }, "the service says that no retry helps"],
    [{ "x-shoal-retry": "later" }, SAME],
    [{}, SAME],
  ])("says of a reply with %j: %s", (headers, why) => {
    expect(accountOf(sampleCall(), ended("UPSTREAM_FAILED", replyWith(headers)))).toEqual({ allowed: false, why });
  });

  it.each<[ErrorCode, string]>([
    ["INTERNAL", "the client itself failed"],
    ["LIMIT_REACHED", "too many calls wait for an instance"],
    ["NO_INSTANCE", "there was no instance to go to"],
    ["SERVICE_UNKNOWN", "nobody knows this service"],
    ["THROTTLED", "the service refuses most requests, and more of them would not help it"],
    ["REPLY_INVALID", SAME],
  ])("says of %s: %s", (code, why) => {
    expect(accountOf(sampleCall(), ended(code))).toEqual({ allowed: false, why });
  });

  it.each<[ErrorCode, string]>([
    ["DEADLINE_EXCEEDED", "its time was over"],
    ["CANCELLED", "its caller has gone"],
  ])("says of %s that it might have been tried again, if it might", (code, why) => {
    const write = { idempotent: false, request: { method: "POST", target: "/", headers: {}, body: undefined } };
    const unsafe = "it may have been processed, and it is not idempotent";
    expect(accountOf(sampleCall({ attempts: 1 }), ended(code))).toEqual({ allowed: true, why });
    expect(accountOf(sampleCall({ ...write, attempts: 2, unsent: 1 }), ended(code))).toEqual({
      allowed: false,
      why: unsafe,
    });
    expect(accountOf(sampleCall({ ...write, attempts: 1, unsent: 1 }), ended(code))).toEqual({ allowed: true, why });
  });

  it("does not take an instance's own deadline for the call's", () => {
    const error = shoalError("DEADLINE_EXCEEDED", { message: "x", origin: "quotes" });
    expect(accountOf(sampleCall(), failure("final", error))).toEqual({ allowed: false, why: SAME });
  });
});
