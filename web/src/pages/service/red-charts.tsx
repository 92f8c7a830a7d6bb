import { Skeleton } from "@mantine/core";
import { useMemo } from "react";
import { formatRate, formatShare } from "../../format/number.ts";
import { formatDuration, formatDurationOr } from "../../format/time.ts";
import { Chart } from "../../ui/chart.tsx";
import { ErrorMessage } from "../../ui/message.tsx";
import { lastOf, redLines } from "./series-lines.ts";
import classes from "./service.module.css";
import { useSeries } from "./use-series.ts";
import { useServiceSearch } from "./use-service-search.ts";

const HEIGHT = 150;

/** Rate, errors and durations over the range. */
export function RedCharts() {
  const { service, search } = useServiceSearch();
  const { data, error } = useSeries(service, search.range, search.run);
  const columns = useMemo(() => redLines(data?.red ?? []), [data]);
  const lines = useMemo(
    () => ({
      rate: [{ label: "Requests/s", color: "#178ca4", values: columns.rate, fill: true }],
      errors: [{ label: "Errors", color: "#d9383a", values: columns.errors, fill: true }],
      durations: [
        { label: "median", color: "#178ca4", values: columns.p50 },
        { label: "99th percentile", color: "#8a63d2", values: columns.p99 },
      ],
    }),
    [columns],
  );
  if (error && !data) return <ErrorMessage error={error} />;
  if (!data) return <ChartsLoading />;
  const { timesMs, rate, errors, p50, p99 } = columns;
  return (
    <div className={classes["charts"]}>
      <Chart
        title="Requests per second"
        timesMs={timesMs}
        lines={lines.rate}
        format={formatRate}
        height={HEIGHT}
        summary={`${formatRate(lastOf(rate) ?? 0)} a second now`}
      />
      <Chart
        title="Share of failed requests"
        timesMs={timesMs}
        lines={lines.errors}
        format={formatShare}
        height={HEIGHT}
        summary={`${formatShare(lastOf(errors) ?? 0)} now`}
      />
      <Chart
        title="Duration"
        timesMs={timesMs}
        lines={lines.durations}
        format={formatDuration}
        height={HEIGHT}
        legend
        summary={`median ${formatDurationOr(lastOf(p50) ?? null)}, 99th percentile ${formatDurationOr(lastOf(p99) ?? null)}`}
      />
    </div>
  );
}

function ChartsLoading() {
  return (
    <div className={classes["charts"]} aria-busy="true">
      {[1, 2, 3].map((key) => (
        <Skeleton key={key} height={HEIGHT + 48} />
      ))}
    </div>
  );
}
