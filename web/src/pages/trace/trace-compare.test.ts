import { expect, test } from "vitest";
import type { SpanView } from "../../api/types.ts";
import { between, spanOf } from "./testing/span-of.ts";
import { compareTraces } from "./trace-compare.ts";
import { buildTraceTree } from "./trace-tree.ts";

const call = (id: string, parent: string, name: string, given: Partial<SpanView>) =>
  spanOf(id, parent, { name, ...given });
const compared = (before: readonly SpanView[], after: readonly SpanView[]) =>
  compareTraces(buildTraceTree(before).roots, buildTraceTree(after).roots).map(
    ({ before: left, after: right, depth, verdict, deltaMs }) =>
      `${" ".repeat(depth)}${(right ?? left)?.span.name} ${verdict} ${deltaMs}`,
  );

test("a trace is the same as itself, also when ids differ and it took a little longer", () => {
  const before = [call("a", "", "GET", between(0, 100)), call("b", "a", "load", between(10, 50))];
  const after = [call("x", "", "GET", between(900, 1_010)), call("y", "x", "load", between(910, 950))];
  expect(compared(before, after)).toEqual(["GET same 10", " load same 0"]);
});

test("slower, faster, new, missing, failing and mended spans are told", () => {
  const before = [
    call("a", "", "GET", between(0, 100)),
    call("b", "a", "load", between(10, 20)),
    call("c", "a", "cache", between(20, 60)),
    call("d", "a", "old", between(60, 65)),
    call("e", "a", "pay", between(70, 80)),
    call("f", "a", "mail", between(80, 90, { status: "error" })),
  ];
  const after = [
    call("a", "", "GET", between(0, 150)),
    call("b", "a", "load", between(10, 70)),
    call("c", "a", "cache", between(70, 80)),
    call("e", "a", "pay", between(90, 100, { status: "error" })),
    call("f", "a", "mail", between(100, 110)),
    call("g", "a", "audit", between(110, 120)),
  ];
  expect(compared(before, after)).toEqual([
    "GET slower 50",
    " load slower 50",
    " cache faster -30",
    " old missing -5",
    " pay fails 0",
    " mail mended 0",
    " audit new 10",
  ]);
});

test("a second attempt is new, and the first still matches the first", () => {
  const attempt = (id: string, from: number) => call(id, "a", "attempt", between(from, from + 5));
  const root = call("a", "", "GET", between(0, 20));
  expect(compared([root, attempt("b", 0)], [root, attempt("b", 0), attempt("c", 10)])).toEqual([
    "GET same 0",
    " attempt same 0",
    " attempt new 5",
  ]);
});

test("what is below a new or missing span is new or missing, too", () => {
  const root = call("a", "", "GET", between(0, 20));
  const extra = [call("b", "a", "one", between(0, 5)), call("c", "b", "two", between(1, 2))];
  expect(compared([root, ...extra], [root])).toEqual(["GET same 0", " one missing -5", "  two missing -1"]);
});

test("single roots match whatever they are; of several those that are alike", () => {
  expect(compared([call("a", "", "GET", {})], [call("a", "", "POST", {})])).toEqual(["POST same 0"]);
  expect(compared([call("a", "", "GET", {})], [call("a", "", "POST", {}), call("b", "", "GET", {})])).toEqual([
    "POST new 10",
    "GET same 0",
  ]);
});
