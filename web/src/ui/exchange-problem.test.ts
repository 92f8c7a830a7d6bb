import { expect, it } from "vitest";
import { problemIn } from "./exchange-problem.ts";

const reply = (status: number, value: unknown, error = "") => ({
  status,
  error,
  body: { bytes: 1, truncated: false, encoding: "utf8" as const, text: JSON.stringify(value) },
});

it("reads a problem document", () => {
  const problem = { title: "Not Found", detail: "no such quote", code: "quoteUnknown", hint: "Ask for one" };
  expect(problemIn(reply(404, problem))).toEqual({
    title: "quoteUnknown",
    detail: "no such quote",
    hint: "Ask for one",
    failed: false,
  });
});

it("says why there was no reply", () => {
  expect(problemIn(reply(0, "", "NO_INSTANCES: none is ready. Start it"))).toMatchObject({
    title: "NO_INSTANCES",
    detail: "none is ready. Start it",
    failed: true,
  });
});

it("finds none in what went well, or says nothing", () => {
  expect([reply(200, { code: "x" }), reply(500, "text"), reply(500, { a: 1 })].map(problemIn)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
