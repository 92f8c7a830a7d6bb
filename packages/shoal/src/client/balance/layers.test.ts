import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Instance } from "../../discovery/instance.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { seededRandom } from "../../testing/seeded-random.ts";
import { layersOf, members } from "./layers.ts";

const SUBSET_MAX = 20;

function fleet(count: number, zone = "here", first = 0): readonly Instance[] {
  return Array.from({ length: count }, (_, index) => sampleInstance(`quotes-${zone}-${first + index}`, { zone }));
}
function kept(instances: readonly Instance[], seed: number, ill: ReadonlySet<string> = new Set()) {
  const { local, others } = layers(instances, seed);
  const ids = (layer: readonly Instance[]) =>
    members(
      layer,
      SUBSET_MAX,
      ({ id }) => id,
      (id) => !ill.has(id),
    );
  return { local: ids(local), others: ids(others) };
}
function layers(instances: readonly Instance[], seed: number, localSize?: number) {
  const size = localSize ?? instances.filter(({ zone }) => zone === "here").length;
  const options = { subsetMax: SUBSET_MAX, zoneInstancesMin: 3, zone: "here", seed: () => seed };
  return layersOf(instances, size, options);
}
function difference(left: readonly string[], right: readonly string[]): number {
  return left.filter((id) => !right.includes(id)).length;
}

const seeds = fc.nat(2 ** 32 - 1);

describe("the instances a process keeps to", () => {
  it("are all of them, as they come, while there are no more than it may have", () => {
    const few = fleet(SUBSET_MAX);
    expect(kept(few, 7).local).toEqual(few.map(({ id }) => id));
  });

  it("are as many as it may have, the same for the same seed whatever their order, others for another", () => {
    fc.assert(
      fc.property(fc.integer({ min: SUBSET_MAX + 1, max: 200 }), seeds, (count, seed) => {
        const many = fleet(count);
        const { local } = kept(many, seed);
        expect(new Set(local).size).toBe(SUBSET_MAX);
        expect(kept([...many].reverse(), seed).local).toEqual(local);
      }),
    );
    expect(kept(fleet(100), 1).local).not.toEqual(kept(fleet(100), 2).local);
  });

  it("change by one at most when one comes or goes, in each zone", () => {
    fc.assert(
      fc.property(fc.nat(80), fc.nat(80), seeds, fc.constantFrom("here", "away"), (here, there, seed, zone) => {
        const before = [...fleet(here + 4), ...fleet(there + 1, "away")];
        const after = [...before, sampleInstance("quotes-new", { zone })];
        const [few, many] = [kept(before, seed), kept(after, seed)];
        expect(difference(few.local, many.local) + difference(few.others, many.others)).toBeLessThanOrEqual(1);
        expect(difference(many.local, few.local) + difference(many.others, few.others)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("keep their number when some are out: the next take their place, and who is out stays to be probed", () => {
    fc.assert(
      fc.property(seeds, fc.nat(30), (seed, outCount) => {
        const many = fleet(100);
        const usual = kept(many, seed).local;
        const random = seededRandom(seed);
        const ill = new Set(usual.filter(() => random() < outCount / 30));
        const now = kept(many, seed, ill).local;
        expect(now.filter((id) => !ill.has(id))).toHaveLength(SUBSET_MAX);
        expect(now.slice(0, SUBSET_MAX)).toEqual(usual);
        expect(kept(many, seed).local).toEqual(usual);
      }),
    );
  });

  it("are chosen about equally often by many processes", () => {
    const many = fleet(100);
    for (const salt of [1, 2, 3]) {
      const random = seededRandom(salt);
      const counts = new Map<string, number>();
      for (let process = 0; process < 1_000; process += 1) {
        for (const id of kept(many, Math.floor(random() * 2 ** 32)).local) counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      // 1 000 processes x 20 of 100: 200 each, with a deviation of 13 when chance is fair
      expect(counts.size).toBe(100);
      expect(Math.min(...counts.values())).toBeGreaterThan(150);
      expect(Math.max(...counts.values())).toBeLessThan(250);
    }
  });

  it("are of the own zone, and as many of the others for when it is lost", () => {
    const { local, others } = kept([...fleet(50), ...fleet(30, "away"), ...fleet(5, "far")], 3);
    expect(local.every((id) => id.includes("here"))).toBe(true);
    expect(others.some((id) => id.includes("here"))).toBe(false);
    expect([local.length, others.length]).toEqual([SUBSET_MAX, SUBSET_MAX]);
  });

  it("are of all zones alike when the own zone has too few, or there is no other", () => {
    const scarce = [...fleet(2), ...fleet(5, "away")];
    expect(kept(scarce, 1)).toEqual({ local: scarce.map(({ id }) => id), others: [] });
    expect(kept(fleet(5), 1).others).toEqual([]);
  });

  it("are those of the others alone when the own zone has lost its instances a moment ago", () => {
    const there = fleet(5, "away");
    expect(layers(there, 1, 5)).toEqual({ local: [], others: there });
  });
});
