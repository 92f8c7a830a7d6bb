import { expect, it } from "vitest";
import { isProblem } from "./is-problem.ts";

const code = (status: number) => ({ "http.response.status_code": status });

it.each([
  ["a failed request", { kind: "server", status: "error", attributes: code(500) }, true],
  ["a call without an answer", { kind: "client", status: "error", attributes: {} }, true],
  ["a call that failed over there", { kind: "client", status: "error", attributes: code(503) }, true],
  ["a call that was declined", { kind: "client", status: "error", attributes: code(402) }, false],
  ["an exception inside", { kind: "internal", status: "error", attributes: {} }, true],
  ["a request that was declined", { kind: "server", status: "unset", attributes: code(402) }, false],
] as const)("%s: %j is a problem: %s", (_, span, problem) => {
  expect(isProblem(span)).toBe(problem);
});
