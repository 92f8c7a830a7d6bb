import { useSyncExternalStore } from "react";
import { fleetNow, watchFleet } from "./fleet-store.ts";
import type { FaultStatus, FleetStatus } from "./types.ts";

let seen: FleetStatus | undefined;
let faults: readonly FaultStatus[] = [];
let text = "[]";

/** The faults that are injected at present, live. The same array until one is added or ends. */
export function useFaults(): readonly FaultStatus[] {
  // not calmly: each row of a table looks, and a look that finds nothing new costs nothing here
  return useSyncExternalStore(watchFleet, faultsNow);
}

/** The fleet's status is another object with each change of its numbers. */
function faultsNow(): readonly FaultStatus[] {
  const { status } = fleetNow();
  if (status === seen) return faults;
  seen = status;
  const next = status?.faults ?? [];
  const nextText = JSON.stringify(next);
  if (nextText === text) return faults;
  text = nextText;
  faults = next;
  return faults;
}
