import type { Cancel, Clock } from "../core/clock.ts";
import { shoalError } from "../core/errors.ts";
import { type Log, SILENT_LOG } from "../core/log.ts";
import type { Fault } from "./fault.ts";
import { createFaultMemory } from "./fault-memory.ts";
import type { Identity } from "./identity.ts";
import type { Instance } from "./instance.ts";
import { createListeners } from "./listeners.ts";
import { warnOfMassRemovals } from "./mass-removal-warning.ts";
import { createOutageWarning } from "./outage-warning.ts";
import type { Registry } from "./port.ts";
import {
  nextExpiryMs,
  RESOLVER_START,
  type ResolverEvent,
  type ResolverState,
  resolverNext,
  type ServiceView,
} from "./resolver-state.ts";
import type { SnapshotStore } from "./snapshot-store.ts";

/** What a client knows about one service's instances. The same object as long as nothing changed. */
export interface InstanceSet {
  /**
   * - `pending`: nothing heard yet; wait with `onChange`;
   * - `ok`: as the registry says, and an empty set means that there is none;
   * - `stale`: the last known good set, the registry being out of reach.
   */
  readonly state: "pending" | "ok" | "stale";
  /** Where to send requests: the own realm's instances, or the fallback realm's when the own realm has none. */
  readonly instances: readonly Instance[];
  /** Taken out by a mass removal less than 10 min ago: for when no other instance answers. Never in `instances`. */
  readonly lastResort: readonly Instance[];
  /** The names of all services the registry has told of; for error messages. */
  readonly known: readonly string[];
  /** Since when the registry is out of reach, on `clock.now()`'s scale; also set on a pending set then. */
  readonly staleSinceMs?: number;
}

export interface ResolverOptions {
  readonly registry: Registry;
  readonly identity: Pick<Identity, "realm" | "fallbackRealms">;
  readonly clock: Clock;
  /** The last known good set on disk, for a start while the registry is out of reach. Default: none. */
  readonly store?: SnapshotStore | undefined;
  /** Default: silent. */
  readonly log?: Log | undefined;
}

/** A client's view of the registry. */
export interface Resolver {
  /** What is known now; pending for a service that is not watched. */
  readonly instancesOf: (service: string) => InstanceSet;
  /** Begins to watch a service; does nothing the second time. Throws LIMIT_REACHED over 1 000 services. */
  readonly watch: (service: string) => void;
  /** Calls `listener` after each change of the service's set, until cancelled. Does not begin to watch. */
  readonly onChange: (service: string, listener: (set: InstanceSet) => void) => Cancel;
  /** Faults to inject into calls of a watched service now; undefined when there are none. */
  readonly faultsOf: (service: string) => readonly Fault[] | undefined;
  /** Ends the watch and writes what is not yet on disk. */
  readonly close: () => void;
}

/** Services one resolver watches: names may come from URLs, so something must end them. */
export const WATCHED_SERVICES_MAX = 1_000;
/**
 * How long a service may stay pending before the set on disk is used, in ms. Not at once: what is on disk may be of
 * an earlier run of the fleet, and a registry that is well answers within milliseconds.
 */
export const COLD_START_MS = 1_000;

const UNWATCHED: ServiceView = Object.freeze({ kind: "pending" });

/** Makes a resolver. It watches nothing until `watch`. */
export function createResolver({ registry, identity, clock, store, log = SILENT_LOG }: ResolverOptions): Resolver {
  let state = RESOLVER_START;
  let cancelExpiry: Cancel | undefined;
  let closed = false;
  const sets = new Map<string, InstanceSet>();
  const faults = createFaultMemory();
  const listeners = createListeners<InstanceSet>(log);
  const coldStarts = new Set<Cancel>();
  const outage = createOutageWarning(clock, log);

  const dispatch = (event: ResolverEvent) => {
    if (closed) return;
    const before = state;
    state = resolverNext(before, event, clock.now(), identity);
    if (state === before) return;
    scheduleExpiry();
    warnOfMassRemovals(before, state, log);
    if (event.kind === "snapshot" && state.services !== before.services) store?.save(storedOf(state, clock.wallMs()));
    publish(before);
  };
  const publish = (before: ResolverState) => {
    const allChanged = state.known !== before.known || state.staleSinceMs !== before.staleSinceMs;
    const changed = [...state.services].filter(
      ([service, view]) => allChanged || view !== before.services.get(service),
    );
    // every set before any listener: a listener may look at another service, or begin to watch one
    for (const [service, view] of changed) sets.set(service, setOf(view, state));
    for (const [service] of changed) listeners.notify(service, sets.get(service) ?? setOf(UNWATCHED, state));
  };
  const scheduleExpiry = () => {
    cancelExpiry?.();
    const dueMs = nextExpiryMs(state);
    cancelExpiry =
      dueMs === undefined ? undefined : clock.after(dueMs - clock.now(), () => dispatch({ kind: "expired" }));
  };
  const scheduleColdStart = (service: string) => {
    if (!store) return;
    const cancel = clock.after(COLD_START_MS, () => {
      coldStarts.delete(cancel);
      if (state.services.get(service)?.kind === "pending") void restore(store);
    });
    coldStarts.add(cancel);
  };
  const restore = async (from: SnapshotStore) => {
    const set = await from.load();
    if (set) dispatch({ kind: "restored", set });
  };

  const watched = registry.watch({
    onSnapshot(snapshot) {
      outage.back();
      faults.observe(snapshot, clock.now());
      dispatch({ kind: "snapshot", snapshot });
    },
    onStale(reason) {
      outage.lost(reason);
      dispatch({ kind: "stale" });
    },
  });

  return {
    instancesOf: (service) => sets.get(service) ?? setOf(UNWATCHED, state),
    watch(service) {
      if (closed || state.services.has(service)) return;
      if (state.services.size >= WATCHED_SERVICES_MAX) throw tooMany(service);
      dispatch({ kind: "watched", service });
      scheduleColdStart(service);
      watched.add(service);
    },
    onChange: listeners.add,
    // the clock is not even looked at while there are none: this is asked at each attempt
    faultsOf: (service) => (faults.isEmpty() ? undefined : faults.of(service, clock.now())),
    close() {
      if (closed) return;
      closed = true;
      watched.close();
      cancelExpiry?.();
      outage.back();
      for (const cancel of coldStarts) cancel();
      listeners.clear();
      void store?.close();
    },
  };
}

function setOf(view: ServiceView, { known, staleSinceMs }: ResolverState): InstanceSet {
  const sinceMs = staleSinceMs ?? (view.kind === "restored" ? view.sinceMs : undefined);
  return Object.freeze({
    state: view.kind === "pending" ? "pending" : sinceMs === undefined ? "ok" : "stale",
    instances: view.kind === "pending" ? [] : view.instances,
    lastResort: view.kind === "heard" ? view.removed.map(({ instance }) => instance) : [],
    known,
    ...(sinceMs === undefined ? {} : { staleSinceMs: sinceMs }),
  });
}

function storedOf(state: ResolverState, savedWallMs: number) {
  const instances = [...state.services.values()].flatMap((view) => (view.kind === "pending" ? [] : view.instances));
  return { savedWallMs, instances, services: state.known };
}

function tooMany(service: string) {
  return shoalError("LIMIT_REACHED", {
    message: `cannot watch ${service}: this process watches ${WATCHED_SERVICES_MAX} services already`,
    retry: "never",
    hint: "Are service names made from input? Call a fixed set of services.",
    details: { servicesMax: WATCHED_SERVICES_MAX },
  });
}
