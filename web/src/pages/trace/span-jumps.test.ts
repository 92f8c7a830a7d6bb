import { expect, it } from "vitest";
import { selfTimes } from "./self-time.ts";
import { jumpFrom, spanJumps } from "./span-jumps.ts";
import { between, spanOf } from "./testing/span-of.ts";
import { buildTraceTree } from "./trace-tree.ts";

it("goes to failed spans from the top, and to those that worked longest themselves", () => {
  const { nodes } = buildTraceTree([
    spanOf("a", "", { ...between(0, 100), status: "error" }),
    spanOf("b", "a", between(0, 70)),
    spanOf("c", "b", { ...between(0, 60), status: "error" }),
  ]);
  const jumps = spanJumps(nodes, { selfMs: selfTimes(nodes), far: new Set() });
  expect(jumps).toEqual({ failed: ["a", "c"], slowest: ["c", "a", "b"] });
});

it("goes round and round, from elsewhere to the first or the last", () => {
  expect(jumpFrom(["a", "b"], undefined, 1)).toBe("a");
  expect(jumpFrom(["a", "b"], "x", -1)).toBe("b");
  expect(jumpFrom(["a", "b"], "b", 1)).toBe("a");
  expect(jumpFrom(["a", "b"], "a", -1)).toBe("b");
  expect(jumpFrom([], "a", 1)).toBeUndefined();
});
