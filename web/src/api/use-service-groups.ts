import { fleetNow, watchFleet } from "./fleet-store.ts";
import { groupsOf, type InstancesOf, type ServiceGroup } from "./service-groups.ts";
import { useCalmly } from "./use-calmly.ts";

let source: InstancesOf | undefined;
let groups: ReadonlyMap<string, ServiceGroup> = new Map();

/** The same object until a group becomes another. */
function groupsNow(): ReadonlyMap<string, ServiceGroup> {
  const { instancesOf } = fleetNow();
  if (instancesOf === source) return groups;
  source = instancesOf;
  const next = groupsOf(instancesOf);
  if (JSON.stringify([...next]) !== JSON.stringify([...groups])) groups = next;
  return groups;
}

/** The group of one service; undefined for one that has its process to itself. */
export function useServiceGroup(service: string): ServiceGroup | undefined {
  return useCalmly(watchFleet, () => groupsNow().get(service), service);
}
