import { describe, expect, it } from "vitest";
import type { Instance } from "../../discovery/instance.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { createZones } from "./zones.ts";

const MINUTES = 60_000;
const settings = { subsetMax: 4, zoneInstancesMin: 3 };

function fleet(count: number, zone = "here"): readonly Instance[] {
  return Array.from({ length: count }, (_, index) => sampleInstance(`quotes-${zone}-${index}`, { zone }));
}

/** Zones of a process in "here", whose chance is drawn `draws` times. */
function zonesOf(random: readonly number[] = [0.5]) {
  let draws = 0;
  const draw = () => {
    draws += 1;
    return random[(draws - 1) % random.length] ?? 0;
  };
  return { zones: createZones({ zone: "here", settings, random: draw }), draws: () => draws };
}

describe("createZones", () => {
  it("knows nobody before the registry has listed any", () => {
    expect(zonesOf().zones.layers(0)).toEqual({ local: [], others: [], localPresence: 0, othersPresence: 0 });
  });

  it("divides what the registry lists by zone, all of it present", () => {
    const { zones } = zonesOf();
    zones.observe([...fleet(4), ...fleet(2, "there")], 0);
    expect(zones.layers(0)).toEqual({
      local: fleet(4),
      others: fleet(2, "there"),
      localPresence: 1,
      othersPresence: 1,
    });
  });

  it("tells how much of what a zone usually has is here, each zone by its own size", () => {
    const { zones } = zonesOf();
    zones.observe([...fleet(4), ...fleet(4, "there")], 0);
    zones.observe([...fleet(3), ...fleet(1, "there")], 1_000);
    expect(zones.layers(2_000)).toMatchObject({ localPresence: 0.75, othersPresence: 0.25 });
    zones.observe([...fleet(4), ...fleet(4, "there")], 3_000);
    expect(zones.layers(3_000)).toMatchObject({ localPresence: 1, othersPresence: 1 });
  });

  it("ignores zones once the own one has long been too small, though nothing happens meanwhile", () => {
    const { zones } = zonesOf();
    zones.observe([...fleet(3), ...fleet(1, "there")], 0);
    zones.observe([...fleet(1), ...fleet(1, "there")], 0);
    expect(zones.layers(5 * MINUTES - 1)).toMatchObject({ local: fleet(1), others: fleet(1, "there") });
    expect(zones.layers(5 * MINUTES)).toMatchObject({ local: [...fleet(1), ...fleet(1, "there")], others: [] });
  });

  it("arranges others alike, by what the zones usually have, without taking them for listed", () => {
    const { zones } = zonesOf();
    zones.observe([...fleet(4), ...fleet(4, "there")], 0);
    const removed = [...fleet(2), ...fleet(1, "there")];
    expect(zones.layersOf(removed, 0)).toEqual({
      local: fleet(2),
      others: fleet(1, "there"),
      localPresence: 0.5,
      othersPresence: 0.25,
    });
    expect(zones.layers(0).local).toHaveLength(4);
    expect(zones.layersOf([...fleet(9), ...fleet(9, "there")], 0)).toMatchObject({
      localPresence: 1,
      othersPresence: 1,
    });
  });

  it("draws its order of instances once, and only when there are too many to keep to", () => {
    const { zones, draws } = zonesOf([0.1, 0.9]);
    zones.observe(fleet(4), 0);
    zones.layers(0);
    expect(draws()).toBe(0);
    zones.observe(fleet(40), 1);
    const order = zones.layers(1).local;
    expect(order).not.toEqual(fleet(40));
    zones.observe([...fleet(40)].reverse(), 2);
    expect(zones.layers(2).local).toEqual(order);
    expect(draws()).toBe(1);
    expect(zonesOf([0.9]).zones.layersOf(fleet(40), 0).local).not.toEqual(order);
  });

  it("arranges the same list once, however often it is asked for", () => {
    const { zones } = zonesOf();
    zones.observe(fleet(40), 0);
    expect(zones.layers(1).local).toBe(zones.layers(0).local);
  });
});
