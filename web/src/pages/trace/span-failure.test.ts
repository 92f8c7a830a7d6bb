import { expect, test } from "vitest";
import { failureOf } from "./span-failure.ts";
import { spanOf } from "./testing/span-of.ts";

test("a failed span tells its code, its message, and what to do", () => {
  const span = spanOf("a", "", {
    status: "error",
    statusMessage: "ATTEMPT_TIMEOUT: no answer within 50 ms",
    attributes: { "error.type": "ATTEMPT_TIMEOUT" },
  });
  expect(failureOf(span)).toMatchObject({ type: "ATTEMPT_TIMEOUT", hint: expect.stringContaining("p99") });
});

test("an exception tells its type, message and stack", () => {
  const attributes = {
    "exception.type": "TypeError",
    "exception.message": "x is no function",
    "exception.stacktrace": "at a",
  };
  const span = spanOf("a", "", { status: "error", events: [{ name: "exception", timeMs: 1, attributes }] });
  expect(failureOf(span)).toEqual({ type: "TypeError", message: "x is no function", hint: "", stack: "at a" });
});

test("a span that did not fail has no failure, and a type of the world outside no hint", () => {
  expect(failureOf(spanOf("a"))).toBeUndefined();
  expect(failureOf(spanOf("a", "", { status: "error", attributes: { "error.type": "constructor" } }))?.hint).toBe("");
});
