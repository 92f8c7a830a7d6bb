import { Skeleton } from "@mantine/core";
import { useMemo } from "react";
import { formatRate } from "../../format/number.ts";
import { Chart } from "../../ui/chart.tsx";
import { ErrorMessage } from "../../ui/message.tsx";
import { historyCharts } from "./history-charts.ts";
import classes from "./resilience.module.css";
import { useResilienceHistory } from "./use-resilience.ts";

const HEIGHT = 120;

/** The last ten minutes: what was asked, what was done about failures, what was turned away. */
export function EdgeCharts({ caller, callee }: { readonly caller: string; readonly callee: string }) {
  const { data, error } = useResilienceHistory(caller, callee);
  const drawn = useMemo(() => data && historyCharts(data), [data]);
  if (error && !drawn) return <ErrorMessage error={error} />;
  if (!drawn)
    return <Skeleton height={HEIGHT} aria-label="Loading the last 10 minutes" aria-busy="true" role="status" />;
  return (
    <section className={classes["charts"]} aria-label="The last 10 minutes">
      {drawn.charts.map(({ title, lines, summary }) => (
        <Chart
          key={title}
          title={title}
          timesMs={drawn.timesMs}
          lines={lines}
          format={formatRate}
          height={HEIGHT}
          legend
          summary={summary}
        />
      ))}
    </section>
  );
}
