import type { Cancel, Clock } from "../../core/clock.ts";
import { messageOf } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Fault } from "../../discovery/fault.ts";
import type { Instance, Snapshot } from "../../discovery/instance.ts";
import { createRegistry, type Registry, type SnapshotFilter } from "./registry.ts";
import { type RegistryOptions, resolveRegistryOptions } from "./registry-options.ts";
import { type RegistryRoutes, registryRoutes } from "./routes.ts";
import { memoryRegistryStore, type RegistryStore } from "./store.ts";
import { createWatchers } from "./watchers.ts";

export interface StartRegistryOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Where it outlives the process. Default: nowhere. */
  readonly store?: RegistryStore | undefined;
  readonly options?: Partial<RegistryOptions> | undefined;
  /** Faults that a watcher is to be told of. Default: none. */
  readonly faultsFor?: ((filter: SnapshotFilter) => readonly Fault[]) | undefined;
  /** Watchers at once. Default 2 000. */
  readonly watchersMax?: number | undefined;
}

/** The registry at work. */
export interface RunningRegistry {
  /** To be mounted in the control plane's server. */
  readonly routes: RegistryRoutes;
  readonly instances: () => readonly Instance[];
  /** False during the first lease after a start, while instances may not have found it yet. */
  readonly isComplete: () => boolean;
  readonly snapshot: (filter: SnapshotFilter) => Snapshot;
  /** The faults of a service are others than before: tells who watches it. */
  readonly faultsChanged: (service: string) => void;
  /** Calls `listener` after each change, until cancelled. */
  readonly onChanged: (listener: () => void) => Cancel;
  /** Takes an instance out at once, as DELETE does. */
  readonly leave: (id: string) => void;
  /** What it cannot do at present, for people; empty when all is well. */
  readonly warnings: () => readonly string[];
  /** Ends every watch and its timers, and saves. */
  readonly close: () => void;
}

/** Pause between a change and its saving, in ms; what is lost in between is repaired by the next renewals. */
export const SAVE_DELAY_MS = 100;

/** Starts the registry with what its store holds. A store that fails is a warning: instances renew, and all is known again. */
export function startRegistry(given: StartRegistryOptions): RunningRegistry {
  const { clock, log, store, options, faultsFor, watchersMax } = given;
  const { tickMs } = resolveRegistryOptions(options);
  const keeper = keepSaved(clock, log, store ?? memoryRegistryStore());
  const registry: Registry = createRegistry(clock.now(), keeper.load(), options);
  const snapshot = (filter: SnapshotFilter): Snapshot => {
    const faults = faultsFor?.(filter) ?? [];
    return faults.length === 0 ? registry.snapshot(filter) : { ...registry.snapshot(filter), faults };
  };
  const watchers = createWatchers({
    clock,
    snapshotOf: snapshot,
    ...(watchersMax === undefined ? {} : { watchersMax }),
  });
  const listeners = new Set<() => void>();
  const onChange = (instances: readonly Instance[] | undefined) => {
    watchers.changed(instances);
    for (const listener of listeners) listener();
    keeper.save(registry.instances);
  };

  let cancelTick: Cancel | undefined;
  const tick = () => {
    const wasComplete = registry.complete();
    const expired = registry.expire(clock.now());
    for (const { id, service } of expired) log.warn("an instance did not renew its lease", { instance: id, service });
    if (registry.complete() !== wasComplete) {
      watchers.changed(undefined);
      for (const listener of listeners) listener();
    }
    if (expired.length > 0) onChange(expired);
    cancelTick = clock.after(tickMs, tick);
  };
  cancelTick = clock.after(tickMs, tick);

  return {
    routes: registryRoutes({ registry, watchers, clock, onChange }),
    instances: registry.instances,
    isComplete: registry.complete,
    snapshot,
    faultsChanged(service) {
      watchers.changedFor(service);
      for (const listener of listeners) listener();
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    leave(id) {
      const instance = registry.leave(id, clock.now());
      if (instance) onChange([instance]);
    },
    warnings: keeper.warnings,
    close() {
      cancelTick?.();
      watchers.close();
      keeper.flush();
    },
  };
}

/** The store, saved to after a pause, its failures turned into warnings. */
function keepSaved(clock: Clock, log: Log, store: RegistryStore) {
  let cancel: Cancel | undefined;
  let read: (() => readonly Instance[]) | undefined;
  let warning: string | undefined;

  const attempt = <Result>(what: string, task: () => Result): Result | undefined => {
    try {
      const result = task();
      warning = undefined;
      return result;
    } catch (cause) {
      const next = `the registry cannot ${what}: ${messageOf(cause)}`;
      if (next !== warning) log.warn(next);
      warning = next;
      return undefined;
    }
  };
  const flush = () => {
    cancel?.();
    cancel = undefined;
    const instances = read;
    read = undefined;
    if (instances) attempt("save its instances", () => store.save(instances()));
  };
  return {
    load: () => attempt("load its instances", () => store.load()) ?? [],
    save(instances: () => readonly Instance[]) {
      read = instances;
      cancel ??= clock.after(SAVE_DELAY_MS, flush);
    },
    flush,
    warnings: () => (warning === undefined ? [] : [warning]),
  };
}
