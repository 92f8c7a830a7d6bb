import { Text } from "@mantine/core";
import { useMemo } from "react";
import type { GaugeSeries } from "../../api/types.ts";
import { formatBytes, formatShare } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { Chart } from "../../ui/chart.tsx";
import { gaugeLines, growthLines, INSTANCES_MAX, lastOf, type SeriesLines } from "./series-lines.ts";
import classes from "./service.module.css";
import { useSeries } from "./use-series.ts";
import { useServiceSearch } from "./use-service-search.ts";

const NONE: readonly GaugeSeries[] = [];

/** What the instances' processes take of the machine, a line each. */
export function ProcessCharts({ colors }: Pick<LinesProps, "colors">) {
  const { service, search } = useServiceSearch();
  const { data } = useSeries(service, search.range, search.run);
  const gauges = data?.gauges ?? NONE;
  const charts = useMemo(
    () => ({
      cpu: growthLines(gaugeLines(gauges, "process.cpu.time")),
      memory: gaugeLines(gauges, "process.memory.usage"),
      delay: gaugeLines(gauges, "nodejs.eventloop.delay.p99"),
      busy: gaugeLines(gauges, "nodejs.eventloop.utilization"),
    }),
    [gauges],
  );
  if (!data) return null;
  if (gauges.length === 0) {
    return (
      <Text className={classes["none"] ?? ""}>
        Its processes have told nothing of themselves: only those that export OpenTelemetry metrics do.
      </Text>
    );
  }
  const count = new Set(gauges.map(({ instance }) => instance)).size;
  return (
    <>
      <div className={classes["charts"]} data-two>
        <Lines colors={colors} title="CPU, share of a core" given={charts.cpu} format={formatShare} />
        <Lines colors={colors} title="Memory" given={charts.memory} format={formatBytes} base2 />
        <Lines colors={colors} title="Event-loop delay, 99th percentile" given={charts.delay} format={formatSeconds} />
        <Lines colors={colors} title="Event loop busy" given={charts.busy} format={formatShare} />
      </div>
      {count > INSTANCES_MAX && (
        <Text className={classes["none"] ?? ""}>
          The first {INSTANCES_MAX} of {count} instances are drawn.
        </Text>
      )}
    </>
  );
}

function formatSeconds(seconds: number): string {
  return formatDuration(seconds * 1_000);
}

interface LinesProps {
  readonly title: string;
  readonly given: SeriesLines;
  readonly format: (value: number) => string;
  readonly base2?: boolean;
  /** By instance. */
  readonly colors: ReadonlyMap<string, string>;
}

function Lines({ title, given, format, base2, colors }: LinesProps) {
  const lines = useMemo(
    () => given.lines.map(({ label, values }) => ({ label, values, color: colors.get(label) ?? "currentColor" })),
    [given, colors],
  );
  if (lines.length === 0) return null;
  const last = lines.map(({ label, values }) => `${label} ${format(lastOf(values) ?? 0)}`);
  const summary = last.join(", ");
  return <Chart title={title} timesMs={given.timesMs} lines={lines} format={format} base2={base2} summary={summary} />;
}
