import type { GaugeSeries, SeriesPoint } from "../../api/types.ts";

/** Lines over the same times, as Chart takes them, but for their colours. */
export interface SeriesLines {
  readonly timesMs: readonly number[];
  readonly lines: readonly { readonly label: string; readonly values: readonly (number | null)[] }[];
}

/** Instances whose lines are drawn; of more than that nobody can tell the lines apart. */
export const INSTANCES_MAX = 8;

/** Requests are told of within this time. */
const LATE_MS = 2_000;

/** Without the last step while it goes on: it would look as if traffic broke down. */
export function wholeSteps(points: readonly SeriesPoint[], stepMs: number, nowMs: number): SeriesPoint[] {
  const last = points.at(-1);
  const goesOn = last !== undefined && points.length > 2 && last.timeMs + stepMs > nowMs - LATE_MS;
  return goesOn ? points.slice(0, -1) : [...points];
}

/** Columns of RED points, by name. */
export function redLines(points: readonly SeriesPoint[], errorsOf: "rate" | "ratio" = "ratio") {
  const column = (of: (point: SeriesPoint) => number | null) => points.map(of);
  return {
    timesMs: points.map(({ timeMs }) => timeMs),
    rate: column((point) => point.requestsPerSecond),
    errors: column((point) => (errorsOf === "ratio" ? point.errorRatio : point.errorRatio * point.requestsPerSecond)),
    p50: column((point) => point.p50Ms),
    p99: column((point) => point.p99Ms),
  };
}

/** One line for each instance: the values of the gauges with this name, those of one instance added up. */
export function gaugeLines(gauges: readonly GaugeSeries[], name: string): SeriesLines {
  const byInstance = Map.groupBy(
    gauges.filter((gauge) => gauge.name === name),
    ({ instance }) => instance,
  );
  const shown = [...byInstance].slice(0, INSTANCES_MAX);
  const timesMs = [
    ...new Set(shown.flatMap(([, list]) => list.flatMap(({ points }) => points.map(([at]) => at)))),
  ].sort((left, right) => left - right);
  const lines = shown.map(([label, list]) => {
    const sums = new Map<number, number>();
    for (const [at, value] of list.flatMap(({ points }) => points)) sums.set(at, (sums.get(at) ?? 0) + value);
    return { label, values: timesMs.map((at) => sums.get(at) ?? null) };
  });
  return { timesMs, lines };
}

/** How fast growing sums grew, a second: of CPU seconds the share of a core. A sum that falls began anew. */
export function growthLines({ timesMs, lines }: SeriesLines): SeriesLines {
  const growth = (values: readonly (number | null)[]) =>
    values.map((value, index) => {
      const [before, atMs, beforeMs] = [values[index - 1], timesMs[index], timesMs[index - 1]];
      if (value === null || before == null || atMs === undefined || beforeMs === undefined) return null;
      return value < before ? null : ((value - before) * 1_000) / (atMs - beforeMs);
    });
  return { timesMs, lines: lines.map(({ label, values }) => ({ label, values: growth(values) })) };
}

/** The newest value there is. */
export function lastOf(values: readonly (number | null)[]): number | undefined {
  return values.findLast((value) => value !== null) ?? undefined;
}
