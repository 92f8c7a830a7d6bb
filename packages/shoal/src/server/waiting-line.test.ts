import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CRITICALITIES, type Criticality } from "../core/criticality.ts";
import { createWaitingLine, type Place } from "./waiting-line.ts";

/** The same, slow and plain: a list in order of arrival. */
function firstOf(list: readonly Place<number>[], criticalities: readonly Criticality[], pick: "first" | "last") {
  for (const criticality of criticalities) {
    const lane = list.filter((place) => place.criticality === criticality);
    const found = pick === "first" ? lane[0] : lane.at(-1);
    if (found) return found.item;
  }
  return undefined;
}

describe("a waiting line", () => {
  it("knows its oldest, its newest and whom it can do without, whoever comes and goes", () => {
    const step = fc.oneof(fc.record({ add: fc.constantFrom(...CRITICALITIES) }), fc.record({ remove: fc.nat(20) }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (run) => {
        const line = createWaitingLine<number>();
        let list: Place<number>[] = [];
        for (const [index, step] of run.entries()) {
          if ("add" in step) list.push(line.add(step.add, index));
          else {
            const leaving = list[step.remove];
            if (leaving) line.remove(leaving);
            if (leaving) expect([leaving.older, leaving.newer]).toEqual([undefined, undefined]); // it keeps nobody alive
            list = list.filter((place) => place !== leaving);
          }
          expect(line.size()).toBe(list.length);
          expect(line.oldest()?.item).toBe(list[0]?.item);
          expect(line.newestOfMostCritical()?.item).toBe(firstOf(list, CRITICALITIES, "last"));
          expect(line.oldestOfLeastCritical()?.item).toBe(firstOf(list, CRITICALITIES.toReversed(), "first"));
        }
      }),
    );
  });
});
