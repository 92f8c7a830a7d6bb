import { expect, test } from "vitest";
import { between, spanOf } from "./testing/span-of.ts";
import { placeIn, ticksOf, traceRange } from "./trace-range.ts";
import { buildTraceTree } from "./trace-tree.ts";

const nodesOf = (...spans: Parameters<typeof buildTraceTree>[0]) => buildTraceTree(spans).nodes;

test("the range goes from the first start to the last end", () => {
  expect(traceRange(nodesOf(spanOf("a", "", between(5, 8)), spanOf("b", "a", between(6, 20)))).range).toEqual({
    startMs: 5,
    endMs: 20,
  });
  expect(traceRange([]).range).toEqual({ startMs: 0, endMs: 0 });
});

test("spans of the year 3000 or of no time at all do not stretch it", () => {
  const year3000 = Date.UTC(3000, 0, 1);
  const { range, far } = traceRange(
    nodesOf(
      spanOf("a", "", between(100, 200)),
      spanOf("b", "a", between(110, 120)),
      spanOf("c", "a", between(year3000, year3000 + 1)),
      spanOf("d", "a", { startMs: 120, durationMs: 1e300 }),
    ),
  );
  expect(range).toEqual({ startMs: 100, endMs: 200 });
  expect([...far].map(({ id }) => id).sort()).toEqual(["c", "d"]);
});

test("a bar is cut at the window's edges", () => {
  expect(placeIn({ startMs: 0, endMs: 50 }, { startMs: 25, endMs: 75 })).toEqual({ left: 0, width: 50 });
  expect(placeIn({ startMs: 80, endMs: 90 }, { startMs: 25, endMs: 75 })).toBeUndefined();
  expect(placeIn({ startMs: 5, endMs: 5 }, { startMs: 5, endMs: 5 })).toEqual({ left: 0, width: 100 });
});

test("ticks are round and few", () => {
  expect(ticksOf({ startMs: 1_000, endMs: 1_100 }, 1_000, 5)).toEqual([1_000, 1_020, 1_040, 1_060, 1_080, 1_100]);
  expect(ticksOf({ startMs: 3, endMs: 3 }, 0, 5)).toEqual([3]);
});
