import { expect, it } from "vitest";
import { selfTimes } from "./self-time.ts";
import { between, spanOf } from "./testing/span-of.ts";
import { buildTraceTree } from "./trace-tree.ts";

it("counts of a span what no child covers, and children beside each other once", () => {
  const { nodes } = buildTraceTree([
    spanOf("a", "", between(0, 100)),
    spanOf("b", "a", between(10, 40)),
    spanOf("c", "a", between(30, 50)),
    spanOf("d", "a", between(35, 45)),
    // Outlives its parent, and counts until that ends.
    spanOf("e", "a", between(90, 120)),
    // Wholly outside.
    spanOf("f", "a", between(200, 210)),
  ]);
  const times = selfTimes(nodes);
  expect(times.get("a")).toBe(50);
  expect(times.get("b")).toBe(30);
});
