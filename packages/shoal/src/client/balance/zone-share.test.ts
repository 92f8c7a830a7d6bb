import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zoneLocalShare, zonesSuffice } from "./zone-share.ts";

const share = (local: number, others = 1) => zoneLocalShare({ local, others, overprovision: 1.4 });

describe("zoneLocalShare", () => {
  it.each([
    [1, 1],
    [0.72, 1],
    [0.71, 0.994],
    [0.5, 0.7],
    [0.25, 0.35],
    [0, 0],
  ])("is Envoy's: with %d of the zone well, %d stays", (local, expected) => {
    expect(share(local)).toBeCloseTo(expected);
  });

  it("divides by what each side can carry when the others cannot carry the rest", () => {
    expect(share(0.25, 0.25)).toBeCloseTo(0.5);
    expect(share(0.25, 0)).toBe(1);
    expect(share(0.2, 0.4)).toBeCloseTo(1 / 3);
  });

  it("stays where it is when nothing is well anywhere", () => {
    expect(share(0, 0)).toBe(1);
    expect(zonesSuffice({ local: 0, others: 0, overprovision: 1.4 })).toBe(false);
  });

  it("never falls as the own zone gets better, nor leaves 0 to 1", () => {
    const ratio = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        ratio,
        ratio,
        ratio,
        fc.double({ min: 1, max: 10, noNaN: true }),
        (one, two, others, overprovision) => {
          const [worse, better] = [Math.min(one, two), Math.max(one, two)];
          const [low, high] = [worse, better].map((local) => zoneLocalShare({ local, others, overprovision })) as [
            number,
            number,
          ];
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1 + 1e-9);
          if (worse + others > 0) expect(low).toBeLessThanOrEqual(high + 1e-9);
        },
      ),
    );
  });
});
