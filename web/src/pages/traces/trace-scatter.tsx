import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useEffect, useMemo, useRef } from "react";
import Uplot from "uplot";
import type { TraceSummary } from "../../api/types.ts";
import { formatDuration } from "../../format/time.ts";
import { scatterOptions } from "./scatter-options.ts";
import { type TracePoints, tracePoints } from "./trace-points.ts";
import classes from "./traces.module.css";

const HEIGHT = 120;

interface TraceScatterProps {
  readonly traces: readonly TraceSummary[];
  /** Dragged over: Unix ms. */
  readonly onBrush: (fromMs: number, toMs: number) => void;
  readonly onOpen: (trace: TraceSummary) => void;
}

/** When traces began and how long they took; a dot opens its trace, dragging asks for a time. */
export function TraceScatter({ traces, onBrush, onOpen }: TraceScatterProps) {
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const place = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(measured, place);
  const scheme = useComputedColorScheme("light");
  const points = useMemo(() => tracePoints(traces), [traces]);
  const chart = useRef<Uplot | undefined>(undefined);
  const latest = useRef({ points, onBrush, onOpen });
  latest.current = { points, onBrush, onOpen };
  const isWide = width > 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours
  useEffect(() => {
    const element = place.current;
    if (!isWide || element === null) return;
    const made = new Uplot(
      scatterOptions(element, HEIGHT, {
        tooltip: classes["tooltip"] ?? "",
        onBrush: (fromMs, toMs) => latest.current.onBrush(fromMs, toMs),
        onOpen: (trace) => latest.current.onOpen(trace),
        traceAt: (index) => latest.current.points.traces[index],
      }),
      dataOf(latest.current.points),
      element,
    );
    chart.current = made;
    return () => {
      chart.current = undefined;
      made.destroy();
    };
  }, [isWide, scheme]);
  useEffect(() => {
    if (width > 0) chart.current?.setSize({ width, height: HEIGHT });
  }, [width]);
  useEffect(() => chart.current?.setData(dataOf(points)), [points]);

  return (
    <figure className={classes["scatter"]}>
      <figcaption className={classes["caption"]}>
        Duration over time. Drag to choose a time; a dot opens its trace.
      </figcaption>
      <div ref={ref} role="img" aria-label={summaryOf(traces)} style={{ height: HEIGHT }} />
    </figure>
  );
}

function dataOf({ timesS, okMs, failedMs }: TracePoints): Uplot.AlignedData {
  return [[...timesS], [...okMs], [...failedMs]];
}

function summaryOf(traces: readonly TraceSummary[]): string {
  const failed = traces.filter(({ errors }) => errors > 0).length;
  const longestMs = traces.reduce((longest, { durationMs }) => Math.max(longest, durationMs), 0);
  return `Durations of ${traces.length} traces over time: the longest took ${formatDuration(longestMs)}, ${failed} failed`;
}
