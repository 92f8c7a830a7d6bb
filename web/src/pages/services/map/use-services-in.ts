import { useMemo, useRef } from "react";
import { useFleet } from "../../../api/fleet-store.ts";
import { isInState, STATE_FILTERS, serviceLine } from "../service-rows.ts";

/**
 * The services that a filter by state shows; undefined without such a filter, and for those in trouble, which the map
 * shows with who takes part in it. The same object until it is of others.
 */
export function useServicesIn(state: string | undefined): ReadonlySet<string> | undefined {
  const { services, instancesOf } = useFleet();
  const before = useRef<ReadonlySet<string>>(new Set());
  const filter = STATE_FILTERS.find((one) => one === state && one !== "trouble");
  return useMemo(() => {
    if (filter === undefined) return undefined;
    const lines = services.map((status) => serviceLine(status, instancesOf.get(status.service) ?? []));
    const names = new Set(lines.filter((line) => isInState(line, filter)).map(({ status }) => status.service));
    if (names.symmetricDifference(before.current).size > 0) before.current = names;
    return before.current;
  }, [services, instancesOf, filter]);
}
