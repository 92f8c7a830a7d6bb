import type { DatabaseSync } from "node:sqlite";
import { quantileS } from "../../telemetry/histogram.ts";
import type { GaugeSeries, SeriesPoint } from "../api/schemas/fleet-map.ts";
import type { SeriesQuery } from "./history.ts";
import { countsOf, sumCounts } from "./red-keeper.ts";
import type { Row } from "./sql.ts";
import type { Runs, Scope } from "./window.ts";
import type { WordReader } from "./words.ts";

interface SeriesParts {
  readonly database: DatabaseSync;
  readonly words: WordReader;
  readonly runs: Runs;
}

interface Answer {
  readonly stepMs: number;
  readonly red: SeriesPoint[];
  readonly gauges: GaugeSeries[];
}

interface Sum {
  count: number;
  errors: number;
  counts: readonly number[];
}

/** Widths of a chart's step that people can read off, in ms. */
const STEPS_MS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400].map(
  (seconds) => seconds * 1_000,
);
const GAUGES_MAX = 200;

/** Reads a service's charts: each step adds up what was kept in the same or finer steps. */
export function createSeriesRead(parts: SeriesParts): (query: SeriesQuery) => Answer {
  return (query) => {
    const scope = parts.runs.scopeOf(query);
    const rows = redRows(parts, query, scope);
    const gauges = gaugeRows(parts, query.service, scope);
    const times = [
      ...rows.map((row) => Number(row["time_ms"])),
      ...gauges.flatMap(({ points }) => points.map(([timeMs]) => timeMs)),
    ];
    const bound = (timeMs: number, otherwise: number) => (Number.isFinite(timeMs) ? timeMs : otherwise);
    const firstMs = bound(scope.fromMs, least(times));
    const lastMs = bound(scope.toMs, -least(times.map((timeMs) => -timeMs)));
    const stepMs = stepFor(lastMs - firstMs, query.points);
    return {
      stepMs,
      red: redPoints(rows, stepMs),
      gauges: gauges.map((gauge) => ({ ...gauge, points: lastOfEachStep(gauge.points, stepMs) })),
    };
  };
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((smallest, number) => Math.min(smallest, number), Number.POSITIVE_INFINITY);
}

function stepFor(spanMs: number, points: number): number {
  const wanted = Number.isFinite(spanMs) ? spanMs / points : 0;
  return STEPS_MS.find((stepMs) => stepMs >= wanted) ?? 86_400_000;
}

function redRows({ database, words }: SeriesParts, query: SeriesQuery, { run, fromMs, toMs }: Scope): readonly Row[] {
  const oneOf = (column: string, text: string | undefined) => {
    const found = text === undefined ? [] : words.wordsFor(text);
    return { sql: found.length === 0 ? "" : ` AND ${column} IN (${found.map(() => "?").join(", ")})`, values: found };
  };
  const service = oneOf("service", query.service);
  const operation = oneOf("operation", query.operation);
  const caller = oneOf("caller", query.caller);
  return database
    .prepare(
      `SELECT time_ms, count, errors, counts FROM red WHERE true${service.sql} AND step_ms IN (5000, 60000, 900000)
         AND time_ms >= ? AND time_ms < ? AND (?3 IS NULL OR run = ?3)${operation.sql}${caller.sql}`.replace(
        "(?3 IS NULL OR run = ?3)",
        run === undefined ? "true" : "run = ?",
      ),
    )
    .all(...service.values, fromMs, toMs, ...(run === undefined ? [] : [run]), ...operation.values, ...caller.values);
}

function redPoints(rows: readonly Row[], stepMs: number): SeriesPoint[] {
  const sums = new Map<number, Sum>();
  for (const row of rows) {
    const timeMs = Math.floor(Number(row["time_ms"]) / stepMs) * stepMs;
    const sum = sums.get(timeMs) ?? { count: 0, errors: 0, counts: [] };
    sum.count += Number(row["count"]);
    sum.errors += Number(row["errors"]);
    sum.counts = sumCounts(sum.counts, countsOf(row["counts"]));
    sums.set(timeMs, sum);
  }
  const points = [...sums].map(([timeMs, { count, errors, counts }]) => ({
    timeMs,
    requestsPerSecond: count / (stepMs / 1_000),
    errorRatio: count === 0 ? 0 : errors / count,
    p50Ms: quantileMs(counts, 0.5),
    p99Ms: quantileMs(counts, 0.99),
  }));
  return points.sort((left, right) => left.timeMs - right.timeMs);
}

export function quantileMs(counts: readonly number[], share: number): number | null {
  const seconds = quantileS(counts, share);
  return seconds === undefined ? null : seconds * 1_000;
}

function gaugeRows({ database, words }: SeriesParts, service: string, { run, fromMs, toMs }: Scope): GaugeSeries[] {
  const found = words.wordsFor(service);
  const series = database
    .prepare(
      `SELECT * FROM gauges WHERE service IN (${found.map(() => "?").join(", ")})${run === undefined ? "" : " AND run = ?"}
       ORDER BY number DESC LIMIT ${GAUGES_MAX}`,
    )
    .all(...found, ...(run === undefined ? [] : [run]));
  const points = database.prepare(
    `SELECT time_ms, value FROM gauge_points
     WHERE gauge = ? AND step_ms IN (5000, 60000, 900000) AND time_ms >= ? AND time_ms < ? ORDER BY time_ms`,
  );
  return series
    .map((row) => ({
      instance: words.textOf(row["instance"]),
      name: words.textOf(row["name"]),
      unit: String(row["unit"]),
      attributes: JSON.parse(words.textOf(row["attributes"])) as Record<string, string>,
      points: points
        .all(Number(row["number"]), fromMs, toMs)
        .map((point): [number, number] => [Number(point["time_ms"]), Number(point["value"])]),
    }))
    .filter((gauge) => gauge.points.length > 0);
}

function lastOfEachStep(points: readonly (readonly [number, number])[], stepMs: number): [number, number][] {
  return [...new Map(points.map(([timeMs, value]) => [Math.floor(timeMs / stepMs) * stepMs, value]))];
}
