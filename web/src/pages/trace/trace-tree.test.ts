import fc from "fast-check";
import { expect, test } from "vitest";
import { between, shapeOf, spanOf } from "./testing/span-of.ts";
import { buildTraceTree } from "./trace-tree.ts";

test("children stand below their parents by start", () => {
  const tree = buildTraceTree([
    spanOf("c", "a", between(5, 6)),
    spanOf("a"),
    spanOf("b", "a", between(1, 2)),
    spanOf("d", "b", between(1, 2)),
  ]);
  expect(shapeOf(tree.roots)).toBe("a(b(d) c)");
  expect(tree.nodes.map(({ id, depth }) => `${id}${depth}`)).toEqual(["a0", "b1", "d2", "c1"]);
});

test("a span with a missing parent is a root, and is told", () => {
  const tree = buildTraceTree([spanOf("b", "gone"), spanOf("c", "b", between(1, 2))]);
  expect(shapeOf(tree.roots)).toBe("b(c)");
  expect(tree.roots[0]?.isOrphan).toBe(true);
  expect(tree.missingParents).toBe(1);
});

test("circles of parents are cut at their earliest span", () => {
  const tree = buildTraceTree([
    spanOf("a", "c", between(2, 3)),
    spanOf("b", "a", between(1, 2)),
    spanOf("c", "b", between(3, 4)),
    spanOf("self", "self", between(5, 6)),
    spanOf("tail", "c", between(4, 5)),
  ]);
  expect(tree.cycles).toBe(2);
  expect(shapeOf(tree.roots)).toBe("b(c(a tail)) self");
});

test("a second span with the same id stands for itself", () => {
  const tree = buildTraceTree([
    spanOf("a"),
    spanOf("b", "a", between(1, 2)),
    spanOf("b", "a", between(3, 4)),
    spanOf("c", "b", between(3, 4)),
  ]);
  expect(shapeOf(tree.roots)).toBe("a(b(c) b#2)");
  expect(tree.duplicates).toBe(1);
});

test("a chain of 10,000 spans is no deeper than the stack allows", () => {
  const tree = buildTraceTree(
    Array.from({ length: 10_000 }, (_, at) => spanOf(`s${at}`, at === 0 ? "" : `s${at - 1}`)),
  );
  expect(tree.nodes.at(-1)?.depth).toBe(9_999);
});

test("whatever the parents are, each span is in the tree once", () => {
  const id = fc.nat({ max: 12 });
  fc.assert(
    fc.property(fc.array(fc.tuple(id, id, fc.double({ noNaN: true })), { maxLength: 20 }), (given) => {
      const spans = given.map(([own, parent, startMs]) =>
        spanOf(`s${own}`, parent === 0 ? "" : `s${parent}`, { startMs }),
      );
      const { nodes } = buildTraceTree(spans);
      expect(nodes).toHaveLength(spans.length);
      expect(new Set(nodes.map((node) => node.id)).size).toBe(spans.length);
    }),
  );
});
