import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { control } from "../../api/control.ts";
import type { Trace } from "../../api/types.ts";
import { traceModel } from "./trace-model.ts";

/** A trace that ended longer ago gets no more spans. */
const YOUNG_MS = 30_000;
const REFETCH_MS = 2_000;

/** A trace; asked for again while spans may still come. */
export function useTrace(id: string) {
  const query = useQuery({
    queryKey: ["trace", id],
    enabled: id !== "",
    queryFn: ({ signal }) => control.getTrace({ params: { trace: id } }, signal),
    // Spans of one trace come from many processes, a second apart: the first ones may be too soon.
    refetchInterval: ({ state }) => (state.data && isYoung(state.data, Date.now()) ? REFETCH_MS : false),
  });
  const { data } = query;
  const model = useMemo(() => data && traceModel(data), [data]);
  return { ...query, model };
}

function isYoung({ spans }: Trace, nowMs: number): boolean {
  return spans.some(({ startMs, durationMs }) => Math.abs(nowMs - startMs - durationMs) < YOUNG_MS);
}
