import type { Instance } from "../../discovery/instance.ts";

/** Which instances each service has, and which services there were: the names heard of last are the ones remembered. */
export interface ServiceIndex {
  readonly add: (instance: Instance) => void;
  readonly remove: (instance: Instance) => void;
  readonly idsOf: (service: string) => Iterable<string>;
  /** Every name known, sorted. */
  readonly names: () => readonly string[];
}

/** @param namesMax Names kept; beyond it those without instances are forgotten, oldest first. */
export function createServiceIndex(namesMax: number): ServiceIndex {
  const idsByService = new Map<string, Set<string>>();
  const forget = () => {
    if (idsByService.size <= namesMax) return;
    for (const [service, ids] of idsByService) {
      if (ids.size > 0) continue;
      idsByService.delete(service);
      if (idsByService.size <= namesMax) return;
    }
  };
  return {
    add({ id, service }) {
      const ids = idsByService.get(service) ?? new Set();
      idsByService.delete(service); // and to the end: a Map keeps the order of insertion
      idsByService.set(service, ids.add(id));
      forget();
    },
    remove: ({ id, service }) => void idsByService.get(service)?.delete(id),
    idsOf: (service) => idsByService.get(service) ?? [],
    names: () => [...idsByService.keys()].sort(),
  };
}
