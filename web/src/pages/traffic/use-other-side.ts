import { useQuery } from "@tanstack/react-query";
import { control } from "../../api/control.ts";
import type { ExchangeDetail, ExchangeSummary } from "../../api/types.ts";
import { otherSideOf } from "./other-side.ts";

/** The same call as its other side recorded it; undefined while that is not known, and when nobody did. */
export function useOtherSide({ traceId, external, ...exchange }: ExchangeDetail): ExchangeSummary | undefined {
  const { data } = useQuery({
    queryKey: ["exchanges-of-trace", traceId],
    queryFn: ({ signal }) => control.listExchanges({ query: { trace: traceId, run: "all", limit: 1_000 } }, signal),
    enabled: traceId !== "" && !external,
  });
  return otherSideOf(exchange, data?.exchanges ?? []);
}
