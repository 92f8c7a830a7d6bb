import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { control } from "../../api/control.ts";
import { rangeStartMs } from "../../ui/time-range.tsx";
import { wholeSteps } from "./series-lines.ts";

const DEFAULT_RANGE = "15m";
const REFRESH_MS = 5_000;

/** A service's numbers over a range, asked for again every five seconds. */
export function useSeries(service: string, range = DEFAULT_RANGE, run?: string) {
  return useQuery({
    queryKey: ["series", service, range, run],
    queryFn: async ({ signal }) => {
      const nowMs = Date.now();
      const fromMs = rangeStartMs(range, nowMs) ?? nowMs - 900_000;
      const window = run === undefined ? { fromMs, toMs: nowMs } : { run };
      const query = { ...window, points: 120 };
      const series = await control.getSeries({ params: { service }, query }, signal);
      return run === undefined ? { ...series, red: wholeSteps(series.red, series.stepMs, nowMs) } : series;
    },
    refetchInterval: REFRESH_MS,
    placeholderData: keepPreviousData,
  });
}
