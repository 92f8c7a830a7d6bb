import type { DatabaseSync } from "node:sqlite";
import { countsOf, ROLL_UPS, sumCounts } from "./red-keeper.ts";

/** Makes old steps of time coarser, and removes the oldest. */
export interface RollUp {
  /** One service, or some gauges. True while there is more to do before the next minute. */
  readonly step: (nowMs: number) => boolean;
}

const STEP_ROWS = 5_000;
const STEP_GAUGES = 100;
/** Problems are for badges: nobody asks for older ones. */
const PROBLEMS_MS_MAX = 24 * 3_600_000;

export function createRollUp(database: DatabaseSync, ageMsMax: number): RollUp {
  const nextService = database.prepare("SELECT service FROM red WHERE service > ? ORDER BY service LIMIT 1");
  const removeRed = database.prepare("DELETE FROM red WHERE service = ? AND step_ms = ? AND time_ms < ?");
  const removeProblems = database.prepare("DELETE FROM problems WHERE time_ms < ?");
  const nextGauges = database.prepare("SELECT number FROM gauges WHERE number > ? ORDER BY number LIMIT ?");
  const removePoints = database.prepare("DELETE FROM gauge_points WHERE gauge = ? AND step_ms = ? AND time_ms < ?");
  const coarserPoints = database.prepare(
    `INSERT OR REPLACE INTO gauge_points
     SELECT gauge, ?, time_ms - time_ms % ?, value FROM gauge_points
     WHERE gauge = ? AND step_ms = ? AND time_ms < ? ORDER BY time_ms`,
  );
  const coarsen = createCoarsen(database);
  // A number sorts before every text, so this is before all words.
  let service: number | string | undefined = -1;
  let gauge: number | undefined = 0;

  const stepService = (nowMs: number): boolean => {
    const found = service === undefined ? undefined : nextService.get(service)?.["service"];
    if (typeof found !== "number" && typeof found !== "string") return false;
    service = found;
    for (const { fromMs, toMs, afterMs } of ROLL_UPS) {
      const beforeMs = Math.floor((nowMs - afterMs) / toMs) * toMs;
      while (coarsen(found, fromMs, toMs, beforeMs));
    }
    for (const stepMs of [5_000, 60_000, 900_000]) removeRed.run(found, stepMs, Math.floor(nowMs - ageMsMax));
    return true;
  };
  const stepGauges = (nowMs: number): boolean => {
    const found = gauge === undefined ? [] : nextGauges.all(gauge, STEP_GAUGES);
    for (const { number } of found) {
      for (const { fromMs, toMs, afterMs } of ROLL_UPS) {
        const beforeMs = Math.floor((nowMs - afterMs) / toMs) * toMs;
        coarserPoints.run(toMs, toMs, number ?? 0, fromMs, beforeMs);
        removePoints.run(number ?? 0, fromMs, beforeMs);
      }
      removePoints.run(number ?? 0, 900_000, Math.floor(nowMs - ageMsMax));
      gauge = Number(number);
    }
    return found.length > 0;
  };

  return {
    step(nowMs) {
      if (stepService(nowMs) || stepGauges(nowMs)) return true;
      removeProblems.run(Math.floor(nowMs - PROBLEMS_MS_MAX));
      service = -1;
      gauge = 0;
      return false;
    },
  };
}

type Coarsen = (service: number | string, fromMs: number, toMs: number, beforeMs: number) => boolean;

/** Adds some rows to their coarser step. True when there may be more. */
function createCoarsen(database: DatabaseSync): Coarsen {
  const finer = database.prepare(
    "SELECT * FROM red WHERE service = ? AND step_ms = ? AND time_ms < ? ORDER BY time_ms LIMIT ?",
  );
  const find = database.prepare(
    `SELECT count, errors, counts FROM red
     WHERE service = ? AND step_ms = ? AND time_ms = ? AND run = ? AND operation = ? AND caller = ?`,
  );
  const put = database.prepare("INSERT OR REPLACE INTO red VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const remove = database.prepare(
    `DELETE FROM red
     WHERE service = ? AND step_ms = ? AND time_ms = ? AND run = ? AND operation = ? AND caller = ?`,
  );
  return (service, fromMs, toMs, beforeMs) => {
    const rows = finer.all(service, fromMs, beforeMs, STEP_ROWS);
    for (const row of rows) {
      const timeMs = Number(row["time_ms"]);
      const rest = [row["run"] ?? 0, row["operation"] ?? "", row["caller"] ?? ""] as const;
      const key = [service, toMs, timeMs - (timeMs % toMs), ...rest] as const;
      const sum = find.get(...key);
      put.run(
        ...key,
        Number(sum?.["count"] ?? 0) + Number(row["count"]),
        Number(sum?.["errors"] ?? 0) + Number(row["errors"]),
        JSON.stringify(sumCounts(countsOf(sum?.["counts"]), countsOf(row["counts"]))),
      );
      remove.run(service, fromMs, timeMs, ...rest);
    }
    return rows.length === STEP_ROWS;
  };
}
