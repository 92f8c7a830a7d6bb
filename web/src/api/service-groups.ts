import type { InstanceStatus } from "./types.ts";

/** Services that run in one process. */
export interface ServiceGroup {
  readonly name: string;
  /** Sorted by name. */
  readonly services: readonly string[];
}

export type InstancesOf = ReadonlyMap<string, readonly Pick<InstanceStatus, "group">[]>;

/** The group of each service that shares a process, by service. */
export function groupsOf(instancesOf: InstancesOf): ReadonlyMap<string, ServiceGroup> {
  const members = new Map<string, string[]>();
  for (const [service, instances] of instancesOf) {
    const name = instances.find(({ group }) => group !== undefined)?.group;
    if (name !== undefined) members.set(name, [...(members.get(name) ?? []), service]);
  }
  const groups = [...members].map(([name, services]): ServiceGroup => ({ name, services: services.sort() }));
  return new Map(groups.flatMap((group) => group.services.map((service) => [service, group])));
}

/** With whom a service shares its process, for people: "shares a process with audit, ledger and 3 more". */
export function groupTitle(service: string, { services }: ServiceGroup): string {
  const others = services.filter((other) => other !== service);
  if (others.length === 0) return "runs in a process that others may share";
  const named = others.slice(0, NAMED_MAX);
  const more = others.length - named.length;
  const last = more > 0 ? `${more} more` : named.pop();
  return `shares a process with ${named.length > 0 ? `${named.join(", ")} and ` : ""}${last}`;
}

const NAMED_MAX = 5;
