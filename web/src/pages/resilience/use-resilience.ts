import { useQuery } from "@tanstack/react-query";
import { control } from "../../api/control.ts";

/** Processes report each 2 s. */
const REFRESH_MS = 2_000;
const HISTORY_REFRESH_MS = 5_000;

/** How calls are protected, as of the last two seconds; what was known stays while the control plane is away. */
export function useResilience(service: string | undefined) {
  return useQuery({
    queryKey: ["resilience", service],
    queryFn: ({ signal }) => control.getResilience({ query: service === undefined ? {} : { service } }, signal),
    refetchInterval: REFRESH_MS,
  });
}

/** The last ten minutes of one edge. */
export function useResilienceHistory(caller: string, callee: string) {
  return useQuery({
    queryKey: ["resilience-history", caller, callee],
    queryFn: ({ signal }) => control.getResilienceHistory({ query: { caller, callee } }, signal),
    refetchInterval: HISTORY_REFRESH_MS,
  });
}
