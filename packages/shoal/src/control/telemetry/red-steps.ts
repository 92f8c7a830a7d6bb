import { bucketOf, DURATION_BOUNDS_S } from "../../telemetry/histogram.ts";
import type { RedRow } from "../history/history.ts";
import type { FlowName } from "./rate-flows.ts";
import type { Counted } from "./rate-window.ts";

/** Length of a step of the charts, in ms. */
export const STEP_MS = 5_000;

/** Requests summed by step of time, until they are written. */
export interface RedSteps {
  /** False when there is no room for another row. */
  readonly add: (name: FlowName, counted: Counted, isError: boolean, nowMs: number) => boolean;
  /** Takes the rows of the steps that have ended; of all steps at Infinity. */
  readonly take: (nowMs: number) => readonly RedRow[];
}

interface Row extends Omit<RedRow, "count" | "errors" | "counts"> {
  count: number;
  errors: number;
  readonly counts: number[];
}

export function createRedSteps(rowsMax: number): RedSteps {
  const rows = new Map<string, Row>();
  const rowOf = ({ callee, operation, caller }: FlowName, timeMs: number): Row | undefined => {
    const key = `${timeMs}\n${callee}\n${operation}\n${caller}`;
    const known = rows.get(key);
    if (known || rows.size >= rowsMax) return known;
    const counts = new Array<number>(DURATION_BOUNDS_S.length + 1).fill(0);
    const made = { timeMs, service: callee, operation, caller, count: 0, errors: 0, counts };
    rows.set(key, made);
    return made;
  };
  return {
    add(name, counted, isError, nowMs) {
      const row = rowOf(name, Math.floor(nowMs / STEP_MS) * STEP_MS);
      if (!row) return false;
      row.count += counted.count;
      if (isError) row.errors += counted.count;
      for (const [index, count] of counted.counts.entries()) {
        const bound = counted.boundsS[index];
        const bucket = bound === undefined ? row.counts.length - 1 : bucketOf(bound);
        row.counts[bucket] = (row.counts[bucket] ?? 0) + count;
      }
      return true;
    },
    take(nowMs) {
      const ended = [...rows].filter(([, { timeMs }]) => timeMs + STEP_MS <= nowMs || timeMs > nowMs);
      for (const [key] of ended) rows.delete(key);
      return ended.map(([, row]) => row);
    },
  };
}
