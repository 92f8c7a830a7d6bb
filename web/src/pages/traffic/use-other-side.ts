import { useQuery } from "@tanstack/react-query";
import { control } from "../../api/control.ts";
import type { ExchangeDetail, ExchangeSummary } from "../../api/types.ts";
import { otherSideOf } from "./other-side.ts";

/** Two processes tell of a call at different times: what is not there yet may come. */
const ASK_MS = 1_000;
const ASKED_MAX = 5;

/** The same call as its other side recorded it; undefined while that is not known, and when nobody did. */
export function useOtherSide(exchange: ExchangeDetail): ExchangeSummary | undefined {
  const { traceId, external, side, service, peer, method, operation, id, startMs, durationMs } = exchange;
  const recorded = { id, side, service, peer, method, operation, startMs, durationMs };
  const otherIn = (all: readonly ExchangeSummary[] | undefined) => otherSideOf(recorded, all ?? []);
  const { data } = useQuery({
    queryKey: ["exchanges-of-trace", traceId],
    queryFn: ({ signal }) => control.listExchanges({ query: { trace: traceId, run: "all", limit: 1_000 } }, signal),
    enabled: traceId !== "" && !external,
    refetchInterval: ({ state }) =>
      state.dataUpdateCount < ASKED_MAX && !otherIn(state.data?.exchanges) ? ASK_MS : false,
  });
  return otherIn(data?.exchanges);
}
