import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogLine } from "../api/contract.ts";
import { createLineBuffer } from "./line-buffer.ts";

function line(seq: number, text = "x"): LogLine {
  return { seq, timeMs: 0, service: "a", instance: "a-1", stream: "stdout", text };
}

describe("createLineBuffer", () => {
  it("keeps the newest lines within both bounds, and counts every one that goes", () => {
    const step = fc.oneof(
      fc.record({ push: fc.array(fc.string({ maxLength: 200 }), { maxLength: 30 }) }),
      fc.record({ shift: fc.integer({ min: 0, max: 20 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const buffer = createLineBuffer({ linesMax: 20, bytesMax: 4_000 });
        let seq = 0;
        let gone = 0;
        for (const one of steps) {
          if ("push" in one) gone += buffer.push(one.push.map((text) => line(++seq, text)));
          else {
            gone += Math.min(one.shift, buffer.size());
            buffer.shift(one.shift);
          }
          const kept = buffer.first();
          expect(kept.length).toBeLessThanOrEqual(20);
          expect(kept.length).toBe(buffer.size());
          expect(kept.map((each) => each.seq)).toEqual(
            Array.from({ length: seq - gone }, (_, index) => gone + index + 1),
          );
        }
      }),
    );
  });

  it("holds nothing when one line alone is over the bound", () => {
    const buffer = createLineBuffer({ linesMax: 20, bytesMax: 1_000 });
    expect(buffer.push([line(1, "x".repeat(1_000))])).toBe(1);
    expect(buffer.size()).toBe(0);
  });

  it("gives the oldest first", () => {
    const buffer = createLineBuffer({ linesMax: 3, bytesMax: 10_000 });
    expect(buffer.push([1, 2, 3, 4].map((seq) => line(seq)))).toBe(1);
    expect(buffer.first(2).map(({ seq }) => seq)).toEqual([2, 3]);
  });
});
