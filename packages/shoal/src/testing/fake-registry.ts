import type { Fault } from "../discovery/fault.ts";
import type { Instance, Snapshot } from "../discovery/instance.ts";
import type { Registry, WatchEvents } from "../discovery/port.ts";

/** A registry in memory. It tells watchers only what a test pushes, or, with `live`, who is registered. */
export interface FakeRegistry extends Registry {
  /** Who is registered now, as they describe themselves now. */
  readonly registered: () => readonly Instance[];
  /** Each register and leave in order, such as "register quotes-1". */
  readonly events: readonly string[];
  /** The services anyone watches. */
  readonly watched: () => readonly string[];
  /** Tells every watcher about these instances, as the next revision. */
  readonly push: (instances: readonly Instance[], services?: readonly string[]) => void;
  /** From the next snapshot on, every watcher is told of these faults. */
  readonly inject: (faults: readonly Fault[]) => void;
  /** Tells every watcher that the registry is out of reach. */
  readonly fail: (reason: string) => void;
}

export interface FakeRegistryOptions {
  /** Push a snapshot at each register, leave and watch, as a real registry does. Default false. */
  readonly live?: boolean;
}

export function createFakeRegistry({ live = false }: FakeRegistryOptions = {}): FakeRegistry {
  const instances = new Map<string, Instance>();
  const watchers = new Set<WatchEvents>();
  const services = new Set<string>();
  const known = new Set<string>();
  const events: string[] = [];
  let revision = 0;
  let faults: readonly Fault[] = [];

  const push = (given: readonly Instance[], names: readonly string[] = []) => {
    revision += 1;
    for (const name of [...names, ...given.map((instance) => instance.service)]) known.add(name);
    const snapshot: Snapshot = { revision, instances: given, services: [...known], faults };
    for (const watcher of watchers) watcher.onSnapshot(snapshot);
  };
  const pushLive = () => {
    if (live) push([...instances.values()]);
  };

  return {
    registered: () => [...instances.values()],
    events,
    watched: () => [...services],
    push,
    inject(given) {
      faults = given;
    },
    fail(reason) {
      for (const watcher of watchers) watcher.onStale(reason);
    },
    register(instance) {
      events.push(`register ${instance.id}`);
      instances.set(instance.id, instance);
      pushLive();
      return {
        registered: Promise.resolve(),
        async leave() {
          if (!instances.delete(instance.id)) return;
          events.push(`leave ${instance.id}`);
          pushLive();
        },
      };
    },
    watch(watcher) {
      watchers.add(watcher);
      return {
        add(service) {
          services.add(service);
          pushLive();
        },
        close: () => void watchers.delete(watcher),
      };
    },
  };
}
