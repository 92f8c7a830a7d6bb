import type { Random } from "../../core/clock.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { ServiceSettings } from "../policy.ts";
import { type Layers, layersOf } from "./layers.ts";
import { createUsualSize } from "./usual-size.ts";

export interface ZonesOptions {
  /** The process' own. */
  readonly zone: string;
  readonly settings: Pick<ServiceSettings, "subsetMax" | "zoneInstancesMin">;
  readonly random: Random;
}

/** Layers, and how much of what the zones usually have is in them. */
export interface ZonedLayers extends Layers {
  /** Share of the own zone's usual instances that the registry lists, 0 to 1. */
  readonly localPresence: number;
  readonly othersPresence: number;
}

/** A service's instances by zone, as a process keeps to them, with a memory of how many there were. */
export interface Zones {
  /** The registry lists these. */
  readonly observe: (instances: readonly Instance[], nowMs: number) => void;
  readonly layers: (nowMs: number) => ZonedLayers;
  /** Other instances in the same manner: those that the registry took out. */
  readonly layersOf: (instances: readonly Instance[], nowMs: number) => ZonedLayers;
}

export function createZones({ zone, settings, random }: ZonesOptions): Zones {
  const localUsual = createUsualSize();
  const othersUsual = createUsualSize();
  let instances: readonly Instance[] = [];
  let layers: Layers | undefined;
  let layersForSize = 0;
  let seed: number | undefined;
  const options = {
    ...settings,
    zone,
    seed() {
      seed ??= Math.floor(random() * 2 ** 32);
      return seed;
    },
  };
  const measured = (of: Layers, nowMs: number): ZonedLayers => ({
    ...of,
    localPresence: share(of.local.length, localUsual.size(nowMs)),
    othersPresence: share(of.others.length, othersUsual.size(nowMs)),
  });

  return {
    observe(listed, nowMs) {
      const localSize = listed.filter((instance) => instance.zone === zone).length;
      localUsual.observe(localSize, nowMs);
      othersUsual.observe(listed.length - localSize, nowMs);
      instances = listed;
      layers = undefined;
    },
    layers(nowMs) {
      const size = localUsual.size(nowMs); // what a zone had is forgotten by time alone
      if (layers === undefined || size !== layersForSize) layers = layersOf(instances, size, options);
      layersForSize = size;
      return measured(layers, nowMs);
    },
    layersOf: (listed, nowMs) => measured(layersOf(listed, localUsual.size(nowMs), options), nowMs),
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(1, part / whole);
}
