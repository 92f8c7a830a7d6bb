import { useSyncExternalStore } from "react";
import { liveHub } from "./live-hub.ts";
import type { FleetStatus, InstanceStatus, ServiceStatus } from "./types.ts";

/** The fleet as it is now, kept up by live events. Each change makes new arrays, so they can be compared by identity. */
export interface FleetView {
  readonly status: FleetStatus | undefined;
  /** Sorted by name. */
  readonly services: readonly ServiceStatus[];
  /** Sorted by service and id. */
  readonly instances: readonly InstanceStatus[];
  /** False until the first word of the control plane. */
  readonly loaded: boolean;
}

let view: FleetView = { status: undefined, services: [], instances: [], loaded: false };
const watchers = new Set<() => void>();
let _unsubscribe: (() => void) | undefined;

/** The fleet, live. */
export function useFleet(): FleetView {
  return useSyncExternalStore(watch, () => view);
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  _unsubscribe ??= liveHub.subscribe({
    topics: ["fleet"],
    on: {
      fleet: (status) => become({ ...view, status }),
      services: (change) =>
        become({ ...view, services: merged(view.services, change, (one) => one.service), loaded: true }),
      instances: (change) =>
        become({ ...view, instances: merged(view.instances, change, (one) => one.instance), loaded: true }),
    },
  });
  return () => watchers.delete(watcher);
}

function become(next: FleetView): void {
  view = next;
  for (const watcher of watchers) watcher();
}

interface Change<Row> {
  /** These are all there are, as after each new connection. */
  readonly all: boolean;
  readonly changed: readonly Row[];
  readonly gone: readonly string[];
}

function merged<Row extends { readonly service: string }>(
  rows: readonly Row[],
  { all, changed, gone }: Change<Row>,
  keyOf: (row: Row) => string,
): readonly Row[] {
  const byKey = new Map(all ? [] : rows.map((row) => [keyOf(row), row]));
  for (const key of gone) byKey.delete(key);
  for (const row of changed) byKey.set(keyOf(row), row);
  return [...byKey].sort(byServiceAndKey).map(([, row]) => row);
}

function byServiceAndKey<Row extends { readonly service: string }>(
  [leftKey, left]: readonly [string, Row],
  [rightKey, right]: readonly [string, Row],
): number {
  return left.service.localeCompare(right.service) || leftKey.localeCompare(rightKey, "en", { numeric: true });
}
