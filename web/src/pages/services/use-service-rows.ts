import { useCallback, useMemo } from "react";
import { useFleet } from "../../api/fleet-store.ts";
import type { InstanceStatus } from "../../api/types.ts";
import { ordered, orderOf } from "./service-order.ts";
import { isInState, matchesText, rowsOf, STATE_FILTERS, serviceLine } from "./service-rows.ts";
import { useServicesSearch } from "./use-services-search.ts";

const NONE: readonly InstanceStatus[] = [];

/** The lines of the table as the URL wants them. */
export function useServiceRows() {
  const { services, instancesOf } = useFleet();
  const { search, change } = useServicesSearch();
  const { q = "", state, sort, open = "" } = search;
  const order = useMemo(() => orderOf(sort), [sort]);
  const opened = useMemo(() => new Set(open.split(",").filter(Boolean)), [open]);
  const filter = STATE_FILTERS.find((one) => one === state);
  const rows = useMemo(() => {
    const lines = services
      .map((status) => serviceLine(status, instancesOf.get(status.service) ?? NONE))
      .filter((line) => (filter === undefined || isInState(line, filter)) && matchesText(line, q));
    return rowsOf(ordered(lines, order), opened);
  }, [services, instancesOf, filter, q, order, opened]);
  const toggle = useCallback(
    (service: string) => {
      const next = new Set(opened);
      if (!next.delete(service)) next.add(service);
      change({ open: [...next].join(",") });
    },
    [opened, change],
  );
  return { rows, order, toggle, change };
}
