import type { DatabaseSync } from "node:sqlite";
import type { RedRow } from "./history.ts";
import type { WordKeeper } from "./words.ts";

/** Width of the finest step of the charts, in ms. */
const RED_STEP_MS = 5_000;
/** Coarser steps, and the age from which on they replace the finer ones. */
export const ROLL_UPS = [
  { fromMs: 5_000, toMs: 60_000, afterMs: 30 * 60_000 },
  { fromMs: 60_000, toMs: 900_000, afterMs: 24 * 3_600_000 },
] as const;

export interface RedKeeper {
  readonly add: (rows: readonly RedRow[]) => void;
}

/** Writes requests by step of time, and adds them up for the run. Counts are kept as JSON lists. */
export function createRedKeeper(database: DatabaseSync, run: number, words: WordKeeper): RedKeeper {
  const find = database.prepare(
    `SELECT count, errors, counts FROM red
     WHERE service = ? AND step_ms = ? AND time_ms = ? AND run = ? AND operation = ? AND caller = ?`,
  );
  const put = database.prepare("INSERT OR REPLACE INTO red VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const findTotal = database.prepare(
    "SELECT count, errors, counts FROM run_red WHERE run = ? AND service = ? AND operation = ?",
  );
  const putTotal = database.prepare("INSERT OR REPLACE INTO run_red VALUES (?, ?, ?, ?, ?, ?)");
  return {
    add(rows) {
      for (const row of rows) {
        const service = words.wordOf(row.service);
        const operation = words.wordOf(row.operation);
        const timeMs = Math.floor(row.timeMs / RED_STEP_MS) * RED_STEP_MS;
        const key = [service, RED_STEP_MS, timeMs, run, operation, words.wordOf(row.caller)] as const;
        const step = addCounted(find.get(...key), row);
        put.run(...key, step.count, step.errors, step.counts);
        const total = addCounted(findTotal.get(run, service, operation), row);
        putTotal.run(run, service, operation, total.count, total.errors, total.counts);
      }
    },
  };
}

type Stored = Readonly<Record<string, unknown>> | undefined;

/** What a row holds after more was counted. */
function addCounted(row: Stored, more: Pick<RedRow, "count" | "errors" | "counts">) {
  const counts = sumCounts(countsOf(row?.["counts"]), more.counts);
  return {
    count: Number(row?.["count"] ?? 0) + more.count,
    errors: Number(row?.["errors"] ?? 0) + more.errors,
    counts: JSON.stringify(counts),
  };
}

export function countsOf(text: unknown): readonly number[] {
  return typeof text === "string" ? (JSON.parse(text) as number[]) : [];
}

export function sumCounts(left: readonly number[], right: readonly number[]): readonly number[] {
  return Array.from(
    { length: Math.max(left.length, right.length) },
    (_, index) => (left[index] ?? 0) + (right[index] ?? 0),
  );
}
