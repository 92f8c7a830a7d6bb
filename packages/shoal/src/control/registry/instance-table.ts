import type { Instance } from "../../discovery/instance.ts";

/** An instance and how long it may be silent. */
interface Entry {
  readonly instance: Instance;
  /** Tells this registration from an earlier one of the same id; "" when the instance does not say. */
  readonly registration: string;
  /** When its lease ends. */
  untilMs: number;
}

/** The instances by id and by service, with a revision that grows with every change. */
export interface InstanceTable {
  readonly get: (id: string) => Entry | undefined;
  /** Adds an entry or replaces that of the same id: a change. */
  readonly put: (entry: Entry) => void;
  /** Replaces an entry whose instance is the same: no change. */
  readonly renew: (entry: Entry) => void;
  readonly remove: (entry: Entry) => void;
  readonly size: () => number;
  readonly all: () => IterableIterator<Entry>;
  readonly ofService: (service: string) => readonly Entry[];
  /** Every service that has or had an instance, sorted. */
  readonly services: () => readonly string[];
  readonly revision: () => number;
  /** Something else changed that watchers should hear of. */
  readonly revise: () => void;
}

/** @param servicesMax Services kept; beyond it those without instances are forgotten, oldest first. */
export function createInstanceTable(servicesMax: number): InstanceTable {
  const entries = new Map<string, Entry>();
  const idsByService = new Map<string, Set<string>>();
  let revision = 1;

  const forgetServices = () => {
    if (idsByService.size <= servicesMax) return;
    for (const [service, ids] of idsByService) {
      if (ids.size > 0) continue;
      idsByService.delete(service);
      if (idsByService.size <= servicesMax) return;
    }
  };
  const entriesOf = (ids: Iterable<string>) => [...ids].map((id) => entries.get(id)).filter((one) => one !== undefined);
  const revise = () => {
    revision += 1;
  };
  return {
    get: (id) => entries.get(id),
    put(entry) {
      const { id, service } = entry.instance;
      const before = entries.get(id);
      if (before) idsByService.get(before.instance.service)?.delete(id);
      entries.set(id, entry);
      const ids = idsByService.get(service) ?? new Set();
      idsByService.delete(service); // and to the end: a Map keeps the order of insertion
      idsByService.set(service, ids.add(id));
      forgetServices();
      revise();
    },
    renew: (entry) => void entries.set(entry.instance.id, entry),
    remove({ instance }) {
      entries.delete(instance.id);
      idsByService.get(instance.service)?.delete(instance.id);
      revise();
    },
    size: () => entries.size,
    all: () => entries.values(),
    ofService: (service) => entriesOf(idsByService.get(service) ?? []),
    services: () => [...idsByService.keys()].sort(),
    revision: () => revision,
    revise,
  };
}
