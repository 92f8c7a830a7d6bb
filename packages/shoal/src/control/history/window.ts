import type { DatabaseSync } from "node:sqlite";
import type { InWindow } from "./history.ts";
import { SEGMENT, type SegmentKind } from "./history-schema.ts";

/** A window with its run as a number. */
export interface Scope {
  /** undefined: all runs. */
  readonly run: number | undefined;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Runs {
  readonly scopeOf: (window: InWindow) => Scope;
  readonly idOf: (number: unknown) => string;
  /** -1, which no run has, when there is none with this id. */
  readonly numberOf: (id: string) => number;
}

/** @param current Id of the run that goes on. */
export function createRuns(database: DatabaseSync, current: string): Runs {
  const byId = database.prepare("SELECT number FROM runs WHERE id = ?");
  const byNumber = database.prepare("SELECT id FROM runs WHERE number = ?");
  const numberOf = (id: string) => Number(byId.get(id)?.["number"] ?? -1);
  return {
    numberOf,
    idOf: (number) => (typeof number === "number" ? String(byNumber.get(number)?.["id"] ?? "") : ""),
    scopeOf: ({ run = current, fromMs, toMs }) => ({
      run: run === "all" ? undefined : numberOf(run),
      fromMs: fromMs ?? Number.NEGATIVE_INFINITY,
      toMs: toMs ?? Number.POSITIVE_INFINITY,
    }),
  };
}

/** What a segment must have for some of its records to be sought. */
export interface SegmentWish extends Scope {
  readonly durationMsMin?: number | undefined;
  readonly withErrors?: boolean | undefined;
  /** Only numbers below this one. */
  readonly before?: number | undefined;
}

/** The segments that may hold what is sought, newest first: the others need not be looked at. */
export function createSegmentFinder(
  database: DatabaseSync,
  kind: SegmentKind,
): (wish: SegmentWish) => readonly number[] {
  const find = database.prepare(
    `SELECT segment FROM segments
     WHERE kind = ?1 AND segment <= ?2 AND (?3 IS NULL OR run = ?3) AND max_ms >= ?4 AND min_ms < ?5
       AND duration_ms_max >= ?6 AND errors >= ?7
     ORDER BY segment DESC`,
  );
  const { kind: number, records } = SEGMENT[kind];
  return ({ run, fromMs, toMs, durationMsMin, withErrors, before }) =>
    find
      .all(
        number,
        before === undefined ? Number.MAX_SAFE_INTEGER : Math.floor((before - 1) / records),
        run ?? null,
        fromMs,
        toMs,
        durationMsMin ?? 0,
        withErrors ? 1 : 0,
      )
      .map((row) => Number(row["segment"]));
}
