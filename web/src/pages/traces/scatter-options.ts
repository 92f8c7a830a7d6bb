import type Uplot from "uplot";
import type { TraceSummary } from "../../api/types.ts";
import { formatClock, formatDuration } from "../../format/time.ts";
import { durationBounds } from "./trace-points.ts";

interface ScatterParts {
  /** Class of the box beside the pointer. */
  readonly tooltip: string;
  readonly onBrush: (fromMs: number, toMs: number) => void;
  readonly onOpen: (trace: TraceSummary) => void;
  readonly traceAt: (index: number) => TraceSummary | undefined;
}

/** A click this near to a dot means it. */
const REACH_PX = 10;
const BRUSH_PX_MIN = 6;

/** Dots on a logarithmic scale of durations. */
export function scatterOptions(place: HTMLElement, height: number, parts: ScatterParts): Uplot.Options {
  const style = getComputedStyle(place);
  const axis = {
    stroke: style.getPropertyValue("--shoal-text-quiet"),
    grid: { stroke: style.getPropertyValue("--shoal-line"), width: 1 },
    ticks: { show: false },
    font: "11px 'Inter Variable', sans-serif",
  };
  const dots = (color: string, size: number) => ({
    stroke: color,
    paths: () => null,
    points: { show: true, size, fill: color, stroke: color, width: 0 },
  });
  return {
    width: place.clientWidth,
    height,
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
    legend: { show: false },
    scales: { y: { distr: 3, log: 10, range: (_chart, min, max) => durationBounds(min, max) } },
    axes: [
      {
        ...axis,
        size: 24,
        space: 80,
        values: (_chart, splits) =>
          splits.map((second) => formatClock(second * 1_000).slice(0, isFine(splits) ? 10 : 8)),
      },
      {
        ...axis,
        grid: { ...axis.grid, filter: (_chart, splits) => splits.map((value) => (isPower(value) ? value : null)) },
        size: 60,
        values: (_chart, splits) => splits.map((value) => (isPower(value) ? formatDuration(value) : "")),
      },
    ],
    series: [
      {},
      { label: "ok", ...dots(style.getPropertyValue("--mantine-primary-color-filled"), 5) },
      { label: "failed", ...dots(style.getPropertyValue("--shoal-bad"), 6) },
    ],
    plugins: [pointing(parts)],
  };
}

/** Less than a second apart: without tenths the same would stand there twice. */
function isFine([first = 0, second = 0]: readonly number[]): boolean {
  return second - first < 1;
}

function isPower(value: number): boolean {
  return Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;
}

/** What the pointer does: it tells of the nearest dot, opens it, or chooses a time. */
function pointing({ tooltip, onBrush, onOpen, traceAt }: ScatterParts): Uplot.Plugin {
  const box = document.createElement("div");
  box.className = tooltip;
  box.hidden = true;
  const nearest = (chart: Uplot) => {
    const index = nearestDot(chart);
    return index === undefined ? undefined : traceAt(index);
  };
  return {
    hooks: {
      init(chart) {
        chart.over.append(box);
        chart.over.addEventListener("click", () => {
          const trace = chart.select.width < BRUSH_PX_MIN ? nearest(chart) : undefined;
          if (trace) onOpen(trace);
        });
      },
      setCursor(chart) {
        const trace = nearest(chart);
        box.hidden = trace === undefined;
        chart.over.style.cursor = trace ? "pointer" : "crosshair";
        if (!trace) return;
        box.textContent = `${trace.service} ${trace.name}\n${formatClock(trace.startMs)}, ${formatDuration(trace.durationMs)}${trace.errors > 0 ? `, ${trace.errors} failed` : ""}`;
        const left = chart.cursor.left ?? 0;
        box.style.transform = `translateX(${left > chart.over.clientWidth / 2 ? left - box.offsetWidth - 12 : left + 12}px)`;
      },
      setSelect(chart) {
        const { left, width } = chart.select;
        if (width < BRUSH_PX_MIN) return;
        onBrush(Math.floor(chart.posToVal(left, "x") * 1_000), Math.ceil(chart.posToVal(left + width, "x") * 1_000));
        chart.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
      },
    },
  };
}

function nearestDot(chart: Uplot): number | undefined {
  const { left = -1, top = -1 } = chart.cursor;
  if (left < 0) return undefined;
  const [times = []] = chart.data;
  const first = chart.valToIdx(chart.posToVal(left - REACH_PX, "x"));
  const last = chart.valToIdx(chart.posToVal(left + REACH_PX, "x"));
  let best: number | undefined;
  let bestPx = REACH_PX;
  for (let index = first; index <= last; index += 1) {
    const value = chart.data[1]?.[index] ?? chart.data[2]?.[index];
    const time = times[index];
    if (value == null || time === undefined) continue;
    const px = Math.hypot(chart.valToPos(time, "x") - left, chart.valToPos(value, "y") - top);
    if (px < bestPx) [best, bestPx] = [index, px];
  }
  return best;
}
