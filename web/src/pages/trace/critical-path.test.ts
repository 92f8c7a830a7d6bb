import fc from "fast-check";
import { expect, test } from "vitest";
import type { SpanView } from "../../api/types.ts";
import { criticalPath, criticalTimes } from "./critical-path.ts";
import { between, spanOf } from "./testing/span-of.ts";
import { buildTraceTree } from "./trace-tree.ts";

function pathOf(...spans: SpanView[]): readonly string[] {
  const root = buildTraceTree(spans).roots[0];
  if (!root) return [];
  return criticalPath(root).map(({ node, startMs, endMs }) => `${node.id} ${startMs}–${endMs}`);
}

// Jaeger UI, TracePage/CriticalPath/testCases/test1: a parent with one child, and that one's own.
test("a span waits for its child, which waits for its own", () => {
  expect(
    pathOf(spanOf("a", "", between(1, 101)), spanOf("c", "a", between(20, 60)), spanOf("d", "c", between(30, 50))),
  ).toEqual(["a 1–20", "c 20–30", "d 30–50", "c 50–60", "a 60–101"]);
});

// Jaeger UI, test2: two children one after the other.
test("children in sequence are both on the path", () => {
  expect(
    pathOf(spanOf("x", "", between(10, 110)), spanOf("y", "x", between(15, 50)), spanOf("z", "x", between(60, 100))),
  ).toEqual(["x 10–15", "y 15–50", "x 50–60", "z 60–100", "x 100–110"]);
});

// CRISP, figure 3: of calls that run beside each other only the one that ends last holds up the parent.
test("of overlapping children the one that ends last is on the path", () => {
  expect(
    pathOf(spanOf("a", "", between(0, 100)), spanOf("s1", "a", between(10, 60)), spanOf("s2", "a", between(20, 90))),
  ).toEqual(["a 0–20", "s2 20–90", "a 90–100"]);
});

test("before an overlapping pair, what had ended by then is on the path", () => {
  expect(
    pathOf(
      spanOf("a", "", between(0, 100)),
      spanOf("first", "a", between(0, 20)),
      spanOf("beside", "a", between(10, 50)),
      spanOf("last", "a", between(30, 90)),
    ),
  ).toEqual(["first 0–20", "a 20–30", "last 30–90", "a 90–100"]);
});

// Jaeger UI, test6 and test7: children that begin or end outside of their parent.
test("a child is cut at its parent's start; one outside of it does not count", () => {
  expect(
    pathOf(
      spanOf("a", "", between(10, 20)),
      spanOf("early", "a", between(5, 15)),
      spanOf("after", "a", between(25, 30)),
    ),
  ).toEqual(["early 10–15", "a 15–20"]);
});

test("a child that outlives its parent was not waited for, nor was a message's consumer", () => {
  expect(
    pathOf(
      spanOf("a", "", between(0, 10)),
      spanOf("async", "a", between(5, 50)),
      spanOf("consumer", "a", between(2, 9, { kind: "consumer" })),
    ),
  ).toEqual(["a 0–10"]);
});

test("a server that works on after its caller gave up was waited for until then", () => {
  expect(
    pathOf(
      spanOf("call", "", between(0, 50, { kind: "client", status: "error" })),
      spanOf("served", "call", between(5, 90, { kind: "server" })),
    ),
  ).toEqual(["call 0–5", "served 5–50"]);
});

test("spans of no duration are not on the path, and do no harm", () => {
  expect(pathOf(spanOf("a", "", between(0, 0)), spanOf("b", "a", between(0, 0)))).toEqual([]);
  expect(pathOf(spanOf("a", "", between(0, 5)), spanOf("b", "a", between(2, 2)))).toEqual(["a 0–5"]);
});

test("circles and missing parents have a path, too", () => {
  expect(pathOf(spanOf("a", "b", between(0, 9)), spanOf("b", "a", between(1, 5)))).toEqual(["a 0–1", "b 1–5", "a 5–9"]);
  expect(pathOf(spanOf("a", "gone", between(0, 9)))).toEqual(["a 0–9"]);
});

test("the path goes without gap or overlap from the start to the end of its root", () => {
  const span = fc.record({ parent: fc.nat({ max: 14 }), start: fc.nat({ max: 100 }), length: fc.nat({ max: 100 }) });
  fc.assert(
    fc.property(fc.array(span, { maxLength: 15 }), (given) => {
      const spans = given.map(({ parent, start, length }, at) =>
        spanOf(`s${at}`, `s${parent}`, between(start, start + length)),
      );
      const root = buildTraceTree([
        spanOf("root", "", between(0, 150)),
        ...spans.map((one) => (one.parentSpanId === "s0" ? { ...one, parentSpanId: "root" } : one)),
      ]).roots.find(({ id }) => id === "root");
      const sections = root ? criticalPath(root) : [];
      expect(sections[0]?.startMs).toBe(0);
      expect(sections.at(-1)?.endMs).toBe(150);
      for (const [at, { startMs, endMs }] of sections.entries()) {
        expect(endMs).toBeGreaterThan(startMs);
        if (at > 0) expect(startMs).toBe(sections[at - 1]?.endMs);
      }
      expect([...criticalTimes(sections).values()].reduce((sum, ms) => sum + ms, 0)).toBe(150);
    }),
  );
});
