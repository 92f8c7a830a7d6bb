import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../testing/seeded-random.ts";
import { ranked } from "./rank.ts";

const named = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `quotes-${index}` }));
const idsOf = (instances: readonly { readonly id: string }[]) => instances.map(({ id }) => id);
const seeds = fc.nat(2 ** 32 - 1);

describe("ranked", () => {
  it("puts all in an order of the seed's, whatever order they came in, without touching their list", () => {
    fc.assert(
      fc.property(fc.nat(60), seeds, (count, seed) => {
        const all = named(count);
        const order = idsOf(ranked(all, seed));
        expect([...order].sort()).toEqual(idsOf(all).sort());
        expect(idsOf(ranked([...all].reverse(), seed))).toEqual(order);
        expect(all).toEqual(named(count));
      }),
    );
  });

  it("goes by the name where two have the same hash, as these have in FNV-1a", () => {
    const alike = [{ id: "liquid" }, { id: "costarring" }];
    for (const seed of [0, 1, 2 ** 32 - 1]) {
      expect(idsOf(ranked(alike, seed))).toEqual(["costarring", "liquid"]);
      expect(idsOf(ranked([...alike].reverse(), seed))).toEqual(["costarring", "liquid"]);
    }
  });

  it("keeps the order of the others when one comes or goes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(), seeds, (count, which, seed) => {
        const all = named(count);
        const gone = `quotes-${which % count}`;
        const left = all.filter(({ id }) => id !== gone);
        expect(idsOf(ranked(left, seed))).toEqual(idsOf(ranked(all, seed)).filter((id) => id !== gone));
      }),
    );
  });

  it("puts each at each place about equally often, also ids that differ in one letter, and seeds that are near", () => {
    const PROCESSES = 6_000;
    const random = seededRandom(5);
    for (const seedOf of [(process: number) => process, () => Math.floor(random() * 2 ** 32)]) {
      const counts = new Map<string, number>();
      for (let process = 0; process < PROCESSES; process += 1) {
        for (const [place, { id }] of ranked(named(6), seedOf(process)).entries()) {
          counts.set(`${id} at ${place}`, (counts.get(`${id} at ${place}`) ?? 0) + 1);
        }
      }
      // 1 000 each, with a deviation of 29 when chance is fair
      expect(counts.size).toBe(36);
      for (const count of counts.values()) expect(Math.abs(count - PROCESSES / 6)).toBeLessThan(150);
    }
  });

  it("orders pairs independently: who is first says nothing of who is second", () => {
    const PROCESSES = 4_000;
    const firsts = new Map<string, number>();
    for (let process = 0; process < PROCESSES; process += 1) {
      const pair = idsOf(ranked(named(5), process * 7_919))
        .slice(0, 2)
        .join();
      firsts.set(pair, (firsts.get(pair) ?? 0) + 1);
    }
    // 20 pairs, 200 each, with a deviation of 14
    expect(firsts.size).toBe(20);
    for (const count of firsts.values()) expect(Math.abs(count - PROCESSES / 20)).toBeLessThan(75);
  });
});
