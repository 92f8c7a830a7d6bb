import { useMemo } from "react";
import type { GaugeSeries, InstanceStatus } from "../../api/types.ts";
import { colorsOf } from "../../ui/service-color.ts";
import { useSeries } from "./use-series.ts";
import { useServiceSearch } from "./use-service-search.ts";

const NONE: readonly GaugeSeries[] = [];

/** A colour for each instance of the page's service, for its row and its lines; those that are gone have lines too. */
export function useInstanceColors(instances: readonly InstanceStatus[]): ReadonlyMap<string, string> {
  const { service, search } = useServiceSearch();
  const { gauges = NONE } = useSeries(service, search.range, search.run).data ?? {};
  return useMemo(() => colorsOf([...instances, ...gauges].map(({ instance }) => instance)), [instances, gauges]);
}
