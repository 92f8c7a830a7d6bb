import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CRITICALITIES, type Criticality } from "../core/criticality.ts";
import { createOfferedLoad } from "./offered-load.ts";

function loadOf(counts: Readonly<Record<Criticality, number>>) {
  const load = createOfferedLoad();
  for (const criticality of CRITICALITIES) {
    for (let request = 0; request < counts[criticality]; request += 1) load.offered(criticality);
  }
  return load;
}

describe("the offered load", () => {
  it.each([
    [0, [0, 0, 0]],
    [0.15, [0, 0, 0.5]],
    [0.3, [0, 0, 1]],
    [0.4, [0, 0.2, 1]],
    [0.8, [0, 1, 1]],
    [0.9, [0, 1, 1]],
  ])("refuses what matters least first, and nothing critical: %d of all", (ratio, expected) => {
    const load = loadOf({ critical: 20, default: 50, sheddable: 30 });
    const refused = CRITICALITIES.map((criticality) => load.refuseRatio(criticality, ratio, false));
    for (const [index, share] of expected.entries()) expect(refused[index]).toBeCloseTo(share);
  });

  it("refuses also what is critical when told so, last", () => {
    const load = loadOf({ critical: 20, default: 50, sheddable: 30 });
    expect(load.refuseRatio("critical", 0.8, true)).toBeCloseTo(0);
    expect(load.refuseRatio("critical", 0.9, true)).toBeCloseTo(0.5);
  });

  it("refuses the share asked for, whatever the mix", () => {
    const mix = fc.record({ critical: fc.nat(100), default: fc.nat(100), sheddable: fc.nat(100) });
    fc.assert(
      fc.property(mix, fc.double({ min: 0, max: 1, noNaN: true }), (counts, ratio) => {
        const load = loadOf(counts);
        const total = counts.critical + counts.default + counts.sheddable;
        const refused = CRITICALITIES.map(
          (criticality) => load.refuseRatio(criticality, ratio, true) * counts[criticality],
        );
        expect(refused.reduce((sum, count) => sum + count, 0)).toBeCloseTo(ratio * total);
      }),
    );
  });

  it("knows how much of late was refused, and not of how little", () => {
    const load = loadOf({ critical: 0, default: 9, sheddable: 0 });
    load.refused();
    expect(load.refusedRatio()).toBe(0);
    load.offered("default");
    expect(load.refusedRatio()).toBeCloseTo(0.1);
  });

  it("forgets", () => {
    const load = loadOf({ critical: 0, default: 100, sheddable: 0 });
    for (let request = 0; request < 100; request += 1) load.refused();
    load.age(1_000);
    for (let request = 0; request < 100; request += 1) load.offered("default");
    expect(load.refusedRatio()).toBeCloseTo(1 / (1 + Math.E));
    load.age(60_000);
    expect(load.refusedRatio()).toBe(0);
  });
});
