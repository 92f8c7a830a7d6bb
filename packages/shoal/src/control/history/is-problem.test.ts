import { expect, it } from "vitest";
import { isProblem } from "./is-problem.ts";

it.each([
  ["a failed request", "server", "error", { "http.response.status_code": 500 }, true],
  ["a call without an answer", "client", "error", { "error.type": "CONNECT_FAILED" }, true],
  ["a call that failed over there", "client", "error", { "http.response.status_code": 503 }, true],
  ["a call that was declined", "client", "error", { "http.response.status_code": 402 }, false],
  ["an exception inside", "internal", "error", {}, true],
  ["a request that was declined", "server", "unset", { "http.response.status_code": 402 }, false],
] as const)("%s is a problem or not", (_, kind, status, attributes, problem) => {
  expect(isProblem({ kind, status, attributes })).toBe(problem);
});
