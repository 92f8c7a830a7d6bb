import { expect, test } from "vitest";
import { causeOf, failureOf } from "./span-failure.ts";
import { between, spanOf } from "./testing/span-of.ts";
import { buildTraceTree } from "./trace-tree.ts";

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

test("without a message the status tells", () => {
  const span = spanOf("a", "", { status: "error", attributes: { "http.response.status_code": 503 } });
  expect(failureOf(span)?.type).toBe("HTTP 503");
});

test("the cause of a failure is the deepest failed span below, of the last attempt", () => {
  const failed = { status: "error" } as const;
  const tree = buildTraceTree([
    spanOf("a", "", { ...between(0, 90), ...failed }),
    spanOf("first", "a", { ...between(0, 20), ...failed }),
    spanOf("last", "a", { ...between(30, 60), ...failed }),
    spanOf("deep", "last", { ...between(40, 50), ...failed }),
    spanOf("fine", "a", between(70, 80)),
  ]);
  expect(tree.roots.map((root) => causeOf(root)?.id)).toEqual(["deep"]);
  expect(tree.nodes.filter(({ id }) => id === "deep").map(causeOf)).toEqual([undefined]);
});
