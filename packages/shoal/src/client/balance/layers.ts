import type { Instance } from "../../discovery/instance.ts";
import type { ServiceSettings } from "../policy.ts";
import { ranked } from "./rank.ts";

/** What decides which instances a process keeps to. */
export interface LayerOptions extends Pick<ServiceSettings, "subsetMax" | "zoneInstancesMin"> {
  /** The process' own. */
  readonly zone: string;
  /** Of this process alone; asked for when there are too many instances to keep to all. */
  readonly seed: () => number;
}

/** A service's instances, the process' favourites first: it keeps to the first `subsetMax` of each layer that are well. */
export interface Layers {
  /** Of the own zone; all of them when zones are ignored. */
  readonly local: readonly Instance[];
  /** Of the other zones; none when zones are ignored. No connection is made to them before traffic spills over. */
  readonly others: readonly Instance[];
}

/**
 * Divides instances by zone, when there are enough in the own one, and puts them in order, when there are more than a
 * process keeps to. Two subsets, and not one of both: the own zone's must be whole to carry all the traffic while it
 * is well, the others' when it is lost.
 *
 * @param localSize How many the own zone usually has: one that has lost its instances is still a zone.
 */
export function layersOf(instances: readonly Instance[], localSize: number, options: LayerOptions): Layers {
  const { zone, zoneInstancesMin } = options;
  const others = instances.filter((instance) => instance.zone !== zone);
  if (others.length === 0 || localSize < zoneInstancesMin) {
    return { local: inOrder(instances, options), others: [] };
  }
  const local = instances.filter((instance) => instance.zone === zone);
  return { local: inOrder(local, options), others: inOrder(others, options) };
}

/** The first of a layer until `subsetMax` are ready; who is not is replaced by the next, and still probed. */
export function members<C>(
  layer: readonly Instance[],
  subsetMax: number,
  clientOf: (instance: Instance) => C,
  isReady: (client: C) => boolean,
): readonly C[] {
  const found: C[] = [];
  let ready = 0;
  for (const instance of layer) {
    const client = clientOf(instance);
    found.push(client);
    if (isReady(client)) ready += 1;
    if (ready === subsetMax) break;
  }
  return found;
}

function inOrder(instances: readonly Instance[], { subsetMax, seed }: LayerOptions): readonly Instance[] {
  return instances.length <= subsetMax ? instances : ranked(instances, seed());
}
