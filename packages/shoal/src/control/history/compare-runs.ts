import type { DatabaseSync } from "node:sqlite";
import type { LogDifference, Run, RunDifference } from "../api/schemas/runs.ts";
import { LOG_LEVELS } from "./log-line.ts";
import { countsOf } from "./red-keeper.ts";
import { quantileMs } from "./series-read.ts";
import { type RunSide, verdictOf } from "./verdict.ts";
import type { Runs } from "./window.ts";
import type { WordReader } from "./words.ts";

interface CompareParts {
  readonly database: DatabaseSync;
  readonly words: WordReader;
  readonly runs: Runs;
  readonly listRuns: () => readonly Run[];
}

interface Comparison {
  readonly before: Run;
  readonly after: Run;
  readonly operations: RunDifference[];
  readonly logs: LogDifference[];
}

/** What concerns people most comes first. */
const ORDER: readonly RunDifference["verdict"][] = ["fails", "slower", "new", "gone", "mended", "faster", "same"];
const OPERATIONS_MAX = 2_000;
const PATTERNS_MAX = 500;

/** Compares two runs by what was added up while they went on. undefined when one is not known. */
export function createCompareRuns(parts: CompareParts): (before: string, after: string) => Comparison | undefined {
  return (beforeId, afterId) => {
    const runs = parts.listRuns();
    const before = runs.find(({ id }) => id === beforeId);
    const after = runs.find(({ id }) => id === afterId);
    if (before === undefined || after === undefined) return undefined;
    return { before, after, operations: operations(parts, beforeId, afterId), logs: logs(parts, beforeId, afterId) };
  };
}

function operations({ database, words, runs }: CompareParts, before: string, after: string): RunDifference[] {
  const select = database.prepare("SELECT * FROM run_red WHERE run = ?");
  const sidesOf = (id: string) =>
    new Map(
      select.all(runs.numberOf(id)).map((row) => {
        const key = JSON.stringify([words.textOf(row["service"]), words.textOf(row["operation"])]);
        const side = { count: Number(row["count"]), errors: Number(row["errors"]), counts: countsOf(row["counts"]) };
        return [key, side] as const;
      }),
    );
  const [left, right] = [sidesOf(before), sidesOf(after)];
  const differences = [...new Set([...left.keys(), ...right.keys()])].map((key): RunDifference => {
    const [service = "", operation = ""] = JSON.parse(key) as string[];
    const [was, is] = [left.get(key), right.get(key)];
    return { service, operation, before: shown(was), after: shown(is), verdict: verdictOf(was, is) };
  });
  differences.sort(
    (one, other) =>
      ORDER.indexOf(one.verdict) - ORDER.indexOf(other.verdict) ||
      one.service.localeCompare(other.service) ||
      one.operation.localeCompare(other.operation),
  );
  return differences.slice(0, OPERATIONS_MAX);
}

function shown(side: RunSide | undefined): RunDifference["before"] {
  if (side === undefined) return null;
  return {
    requests: side.count,
    errorRatio: side.count === 0 ? 0 : side.errors / side.count,
    p50Ms: quantileMs(side.counts, 0.5),
    p99Ms: quantileMs(side.counts, 0.99),
  };
}

/** Messages that only one of the two runs has; those of the later one first. */
function logs({ database, words, runs }: CompareParts, before: string, after: string): LogDifference[] {
  const rows = database
    .prepare(
      `SELECT service, level, pattern, sum(count * (run = ?1)) AS before, sum(count * (run = ?2)) AS after
       FROM log_patterns WHERE run IN (?1, ?2) GROUP BY service, level, pattern
       HAVING min(sum(count * (run = ?1)), sum(count * (run = ?2))) = 0
       ORDER BY sum(count * (run = ?2)) > 0 DESC, level DESC, sum(count) DESC LIMIT ${PATTERNS_MAX}`,
    )
    .all(runs.numberOf(before), runs.numberOf(after));
  return rows.map((row) => ({
    service: words.textOf(row["service"]),
    level: LOG_LEVELS[Number(row["level"])] as LogDifference["level"],
    pattern: String(row["pattern"]),
    before: Number(row["before"]),
    after: Number(row["after"]),
  }));
}
