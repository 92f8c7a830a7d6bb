import { expect, test } from "vitest";
import { findSpans, spanTexts } from "./find-spans.ts";
import { spanOf } from "./testing/span-of.ts";
import { buildTraceTree } from "./trace-tree.ts";

const tree = buildTraceTree([
  spanOf("a", "", { name: "GET /", service: "edge" }),
  spanOf("b", "a", { name: "do B" }),
  spanOf("c", "a", { attributes: { "http.route": "/rates" } }),
  spanOf("d", "a", { status: "error", statusMessage: "Refused" }),
]);

test("spans are found by name, service, message and attributes, in small letters or large", () => {
  const found = (text: string) => findSpans(spanTexts(tree.nodes), text);
  expect(found("DO B")).toEqual(["b"]);
  expect(found("edge")).toEqual(["a"]);
  expect(found("refused")).toEqual(["d"]);
  expect(found(" route=/rates ")).toEqual(["c"]);
  expect(found(" ")).toEqual([]);
});
