import "uplot/dist/uPlot.min.css";
import { useComputedColorScheme } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import Uplot from "uplot";
import classes from "./chart.module.css";
import { paintOf } from "./service-color.ts";

interface ChartLine {
  readonly label: string;
  /** A CSS colour. */
  readonly color: string;
  /** One for each time; null leaves a gap. */
  readonly values: readonly (number | null)[];
  readonly fill?: boolean;
}

interface ChartProps {
  readonly title: string;
  /** Unix ms, growing. */
  readonly timesMs: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly format: (value: number) => string;
  readonly height?: number;
  /** Whether to say which line is which. Default: what is around says so. */
  readonly legend?: boolean;
  /** Ticks at powers of two, as for bytes. */
  readonly base2?: boolean | undefined;
  /** What the last values are, for who cannot see the picture. */
  readonly summary: string;
}

/** Lines over time. It is redrawn, not remade, when only values change. */
export function Chart({ title, timesMs, lines, format, height = 150, legend = false, base2, summary }: ChartProps) {
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const place = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(measured, place);
  const scheme = useComputedColorScheme("light");
  const chart = useRef<Uplot | undefined>(undefined);
  const shape = JSON.stringify([lines.map(({ label, color, fill }) => [label, color, fill]), scheme, height]);
  const latest = useRef({ timesMs, lines, format, base2 });
  latest.current = { timesMs, lines, format, base2 };
  const isWide = width > 0;

  useEffect(() => {
    const element = place.current;
    if (!isWide || element === null) return;
    const made = new Uplot(optionsOf(latest.current, JSON.parse(shape)[2], element), dataOf(latest.current), element);
    chart.current = made;
    return () => {
      chart.current = undefined;
      made.destroy();
    };
  }, [shape, isWide]);
  useEffect(() => {
    if (width > 0) chart.current?.setSize({ width, height });
  }, [width, height]);
  useEffect(() => {
    chart.current?.setData(dataOf({ timesMs, lines }));
  }, [timesMs, lines]);

  return (
    <figure className={classes["figure"]}>
      <figcaption className={classes["title"]}>
        {title}
        {legend && <Legend lines={lines} />}
      </figcaption>
      <div ref={ref} role="img" aria-label={`${title}: ${summary}`} style={{ height }} className={classes["place"]} />
    </figure>
  );
}

function Legend({ lines }: Pick<ChartProps, "lines">) {
  return (
    <span className={classes["legend"]} aria-hidden>
      {lines.map(({ label, color }) => (
        <span key={label}>
          <span style={{ background: color }} />
          {label}
        </span>
      ))}
    </span>
  );
}

const POWERS_OF_TWO = Array.from({ length: 50 }, (_, power) => 2 ** power);

type Drawn = Pick<ChartProps, "timesMs" | "lines">;

function dataOf({ timesMs, lines }: Drawn): Uplot.AlignedData {
  return [timesMs.map((ms) => ms / 1_000), ...lines.map(({ values }) => [...values])];
}

function optionsOf(
  { lines, format, base2 = false }: Drawn & Pick<ChartProps, "format" | "base2">,
  height: number,
  place: HTMLElement,
): Uplot.Options {
  const style = getComputedStyle(place);
  const axis = {
    stroke: style.getPropertyValue("--shoal-text-quiet"),
    grid: { stroke: style.getPropertyValue("--shoal-line"), width: 1 },
    ticks: { show: false },
    font: "11px 'Inter Variable', sans-serif",
  };
  return {
    width: place.clientWidth,
    height,
    // The last time stands half beyond its line.
    padding: [8, 26, 0, 0],
    cursor: { y: false, points: { size: 6 } },
    legend: { show: false },
    scales: { y: { range: (_chart, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
    axes: [
      { ...axis, space: 70, size: 22, values: (_chart, splits) => splits.map(formatTick) },
      {
        ...axis,
        size: 64,
        ...(base2 ? { incrs: POWERS_OF_TWO } : {}),
        values: (_chart, splits) => splits.map((split) => plain(format(split))),
      },
    ],
    series: [
      {},
      ...lines.map(({ label, color, fill }) => {
        const stroke = paintOf(color, place);
        const under = fill ? { fill: `color-mix(in srgb, ${stroke} 16%, transparent)` } : {};
        return { label, stroke, width: 1.5, points: { show: false }, ...under };
      }),
    ],
    plugins: [tooltip(format)],
  };
}

const MINUTES = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const SECONDS = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** "14:03", and "14:03:30" between minutes. */
function formatTick(seconds: number): string {
  return (seconds % 60 === 0 ? MINUTES : SECONDS).format(seconds * 1_000);
}

/** Without zeros that say nothing: a scale has "5" and "1.5 s", beside "10" and "2 s". */
function plain(formatted: string): string {
  return formatted.replace(/(\.\d*?)0+(?=\D|$)/, "$1").replace(/\.(?=\D|$)/, "");
}

/** The values under the pointer. */
function tooltip(format: (value: number) => string): Uplot.Plugin {
  let box: HTMLDivElement;
  return {
    hooks: {
      init(chart) {
        box = document.createElement("div");
        box.className = classes["tooltip"] ?? "";
        chart.over.append(box);
      },
      setCursor(chart) {
        const index = chart.cursor.idx;
        const time = index == null ? undefined : chart.data[0][index];
        box.hidden = time === undefined;
        if (time === undefined || index == null) return;
        const values = chart.series.slice(1).map((series, at) => {
          const value = chart.data[at + 1]?.[index];
          return `${String(series.label)} ${value == null ? "–" : format(value)}`;
        });
        box.textContent = [new Date(time * 1_000).toLocaleTimeString("en-GB"), ...values].join("\n");
        const left = chart.cursor.left ?? 0;
        box.style.transform = `translateX(${left > chart.over.clientWidth / 2 ? left - box.offsetWidth - 10 : left + 10}px)`;
      },
    },
  };
}
