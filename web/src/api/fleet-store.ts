import { groupKept } from "./group-kept.ts";
import { liveHub } from "./live-hub.ts";
import { mergeRows } from "./merge-rows.ts";
import type { FleetStatus, InstanceStatus, ServiceStatus } from "./types.ts";
import { useCalmly } from "./use-calmly.ts";

/** The fleet as it is now, kept up by live events. Each change makes new arrays, so they can be compared by identity. */
export interface FleetView {
  readonly status: FleetStatus | undefined;
  /** Sorted by name. */
  readonly services: readonly ServiceStatus[];
  /** Sorted by service and id. */
  readonly instances: readonly InstanceStatus[];
  /** The same by service; a service none of whose instances changed keeps its list. */
  readonly instancesOf: ReadonlyMap<string, readonly InstanceStatus[]>;
  /** False until the first word of the control plane. */
  readonly loaded: boolean;
}

/** What comes within this time is drawn once, in ms. */
const COALESCE_MS = 40;

/** What is known, and what of it is shown. */
let known: FleetView = { status: undefined, services: [], instances: [], instancesOf: new Map(), loaded: false };
let view = known;
let isWaiting = false;
let isSubscribed = false;
const watchers = new Set<() => void>();

/** The fleet, live. */
export function useFleet(): FleetView {
  return useCalmly(watchFleet, fleetNow);
}

/** The fleet at this moment, for what is not a component. */
export function fleetNow(): FleetView {
  return view;
}

/** Calls `watcher` after each change, until the function that it returns is called. */
export function watchFleet(watcher: () => void): () => void {
  watchers.add(watcher);
  if (!isSubscribed) subscribe();
  return () => watchers.delete(watcher);
}

function subscribe(): void {
  isSubscribed = true;
  liveHub.subscribe({
    topics: ["fleet"],
    on: {
      fleet: (status) => become({ status }),
      services: (change) => become({ services: mergeRows(known.services, change, keyOfService), loaded: true }),
      instances(change) {
        const instances = mergeRows(known.instances, change, ({ instance }) => instance);
        become({ instances, instancesOf: groupKept(known.instancesOf, instances, keyOfService) });
      },
    },
  });
}

function become(change: Partial<FleetView>): void {
  known = { ...known, ...change };
  if (isWaiting) return;
  isWaiting = true;
  setTimeout(() => {
    isWaiting = false;
    view = known;
    for (const watcher of watchers) watcher();
  }, COALESCE_MS);
}

function keyOfService({ service }: { readonly service: string }): string {
  return service;
}
