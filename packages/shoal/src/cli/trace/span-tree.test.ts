import fc from "fast-check";
import { expect, it } from "vitest";
import { sampleSpan } from "../../testing/sample-span.ts";
import { spanTree } from "./span-tree.ts";

const span = (spanId: string, parentSpanId: string, startMs: number) => sampleSpan({ spanId, parentSpanId, startMs });
const shape = (spans: Parameters<typeof spanTree>[0]) =>
  spanTree(spans).map(({ span: { spanId }, depth }) => `${"-".repeat(depth)}${spanId}`);

it("puts each span below its parent, siblings by their start", () => {
  const spans = [span("c", "a", 3), span("b", "a", 2), span("d", "b", 4), span("a", "", 1)];
  expect(shape(spans)).toEqual(["a", "-b", "--d", "-c"]);
});

it("takes a span whose parent is missing for a root", () => {
  expect(shape([span("b", "lost", 2), span("a", "", 1)])).toEqual(["a", "b"]);
});

it("shows the spans of a circle once, from the earliest on", () => {
  expect(shape([span("x", "y", 1), span("y", "x", 2), span("s", "s", 3)])).toEqual(["s", "x", "-y"]);
});

it("shows every span exactly once, whatever the parents", () => {
  const id = fc.constantFrom("a", "b", "c", "d", "e", "f", "");
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f")),
      fc.array(id, { minLength: 6 }),
      (ids, parents) => {
        const spans = ids.map((spanId, index) => span(spanId, parents[index] ?? "", index));
        expect(
          spanTree(spans)
            .map((line) => line.span.spanId)
            .sort(),
        ).toEqual([...ids].sort());
      },
    ),
  );
});
