import { expect, it } from "vitest";
import { repeatedCalls } from "./repeated-calls.ts";
import { between, spanOf } from "./testing/span-of.ts";
import { buildTraceTree } from "./trace-tree.ts";

const found = (count: number, everyMs: number, takesMs: number, traceMs = 100) => {
  const children = Array.from({ length: count }, (_, at) =>
    spanOf(`c${at}`, "a", { ...between(at * everyMs, at * everyMs + takesMs), name: "GET /items/:id" }),
  );
  return repeatedCalls(buildTraceTree([spanOf("a", "", between(0, 100)), ...children]).nodes, traceMs);
};

it("finds what is done at least ten times, one after another, in a tenth of the time", () => {
  expect(found(10, 8, 7)).toMatchObject([{ count: 10, totalMs: 70, parent: { id: "a" }, first: { id: "c0" } }]);
  expect(found(9, 8, 7)).toEqual([]);
  expect(found(10, 8, 0.5)).toEqual([]);
  expect(found(10, 8, 7, 2_000)).toEqual([]);
});

it("leaves out what runs beside each other", () => {
  expect(found(10, 5, 7)).toEqual([]);
});
