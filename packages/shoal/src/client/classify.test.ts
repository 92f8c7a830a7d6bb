import { describe, expect, it } from "vitest";
import { shoalError } from "../core/errors.ts";
import { failure, success } from "../core/outcome.ts";
import { isIdempotent, kindOfReply, retryAfterMs, verdictOf } from "./classify.ts";

const reply = (status: number, headers: Record<string, string> = {}) => ({ status, headers, body: undefined });

describe("kindOfReply", () => {
  it.each([
    [200, {}, undefined],
    [301, {}, undefined],
    [404, {}, undefined],
    [409, { "x-shoal-retry": "never" }, undefined],
    [409, { "retry-after": "1" }, "throttled"],
    [429, {}, "throttled"],
    [429, { "x-shoal-retry": "never" }, "final"],
    [500, {}, "failed"],
    [500, { "x-shoal-retry": "never" }, "final"],
    [502, { "x-shoal-nack": "retryable" }, "failed"],
    [503, {}, "failed"],
    [503, { "x-shoal-nack": "retryable" }, "nacked"],
    [503, { "x-shoal-nack": "final" }, "final"],
    [503, { "x-shoal-nack": "retryable", "x-shoal-retry": "never" }, "final"],
    [503, { "retry-after": "0" }, "nacked"],
    [503, { "retry-after": "5" }, "failed"],
    [504, {}, "failed"],
  ])("reads %i with %j as %s", (status, headers, kind) => {
    expect(kindOfReply(reply(status, headers))).toBe(kind);
  });
});

describe("retryAfterMs", () => {
  const nowWallMs = Date.UTC(2026, 0, 1);
  it.each([
    ["2", 2_000],
    ["0", 0],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
    [" 12 ", 12_000],
    ["300", 300_000],
    ["99999", 300_000],
    ["1 Jan 2026 00:00:30 GMT", 30_000],
    ["Thu, 01 Jan 2026 00:00:30 +0000", 30_000],
    ["soon", undefined],
    ["", undefined],
  ])("reads %j as %s ms", (text, ms) => {
    expect(retryAfterMs(reply(429, { "retry-after": text }), nowWallMs)).toBe(ms);
  });

  it("is unknown without the header", () => {
    expect(retryAfterMs(reply(429), nowWallMs)).toBeUndefined();
  });
});

describe("isIdempotent", () => {
  it.each(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])("takes %s to be", (method) => {
    expect(isIdempotent(method, {})).toBe(true);
  });
  it.each(["POST", "PATCH", "CONNECT", "QUERY"])("takes %s not to be, unless it has a key", (method) => {
    expect(isIdempotent(method, {})).toBe(false);
    expect(isIdempotent(method, { "idempotency-key": "1" })).toBe(true);
  });
});

describe("verdictOf", () => {
  const error = shoalError("CONNECTION_LOST", { message: "x" });
  it("does not blame an instance for what happened here", () => {
    expect(verdictOf(failure("unsent", shoalError("LIMIT_REACHED", { message: "x" })))).toBe("nothing");
    expect(verdictOf(failure("final", shoalError("CANCELLED", { message: "x" })))).toBe("nothing");
    expect(verdictOf(failure("unsent", shoalError("DEADLINE_EXCEEDED", { message: "x" })))).toBe("nothing");
  });
  it("tells broken from busy and from absent", () => {
    expect(verdictOf(success(reply(404)))).toBe("good");
    expect(verdictOf(failure("unsent", shoalError("CONNECT_FAILED", { message: "x" })))).toBe("refused");
    expect(verdictOf(failure("ambiguous", error))).toBe("bad");
    expect(verdictOf(failure("failed", error, reply(500)))).toBe("bad");
    expect(verdictOf(failure("final", error, reply(500, { "x-shoal-retry": "never" })))).toBe("bad");
    expect(verdictOf(failure("nacked", error, reply(503)))).toBe("nacked");
    expect(verdictOf(failure("final", error, reply(503, { "x-shoal-nack": "final" })))).toBe("nacked");
    expect(verdictOf(failure("final", error, reply(429, { "x-shoal-retry": "never" })))).toBe("throttled");
    expect(verdictOf(failure("final", error, reply(409, { "x-shoal-retry": "never" })))).toBe("good");
    expect(verdictOf(failure("throttled", error, reply(429)))).toBe("throttled");
    expect(verdictOf(failure("throttled", error, reply(409)))).toBe("good");
  });
});
