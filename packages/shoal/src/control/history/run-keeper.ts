import type { DatabaseSync } from "node:sqlite";

export interface RunKeeper {
  readonly number: number;
  readonly id: string;
  /** Notes that the run goes on. */
  readonly touch: (nowMs: number) => void;
  readonly end: (nowMs: number) => void;
}

/**
 * Begins a run, or goes on with it after a restart of the control plane. Earlier runs that never ended (their process
 * was killed) end with their last record.
 */
export function beginRun(
  database: DatabaseSync,
  run: { readonly id: string; readonly fleet: string },
  nowMs: number,
): RunKeeper {
  database.prepare("UPDATE runs SET end_ms = last_ms WHERE end_ms IS NULL AND id <> ?").run(run.id);
  const row = database
    .prepare(
      `INSERT INTO runs (id, fleet, start_ms, last_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET end_ms = NULL, last_ms = max(last_ms, excluded.last_ms) RETURNING number`,
    )
    .get(run.id, run.fleet, nowMs, nowMs);
  const number = Number(row?.["number"]);
  const touch = database.prepare("UPDATE runs SET last_ms = max(last_ms, ?) WHERE number = ?");
  const end = database.prepare("UPDATE runs SET end_ms = ?, last_ms = ? WHERE number = ?");
  return {
    number,
    id: run.id,
    touch: (atMs) => void touch.run(atMs, number),
    end: (atMs) => void end.run(atMs, atMs, number),
  };
}
