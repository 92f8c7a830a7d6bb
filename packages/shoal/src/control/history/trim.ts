import type { DatabaseSync } from "node:sqlite";
import type { HistoryOptions } from "./history-options.ts";
import { createSegmentRemover, type RemovableSegment } from "./remove-segment.ts";
import { trimNoisyService } from "./trim-noisy-service.ts";

/** Removes what is over a bound, a little at a time, so that no write waits long. */
export interface Trimmer {
  /** One step, in a transaction of its own. False when nothing is over a bound. Throws what SQLite throws. */
  readonly step: (nowMs: number) => boolean;
  /** Bytes in use: of the file, less its free pages. */
  readonly bytes: () => number;
}

/** Free pages given back to the disk in one step. */
const VACUUM_PAGES = 512;
/** The file may be this much larger than the bound before free pages are given back: they will be needed again. */
const FILE_OVER = 1.05;

/**
 * Whole runs go first, the oldest before the others; then the oldest segments of the run that goes on. A service that
 * has printed more than half of all lines loses its own oldest ones before anybody else does.
 */
export function createTrimmer(database: DatabaseSync, run: number, options: HistoryOptions): Trimmer {
  const remover = createSegmentRemover(database);
  const pages = database.prepare("PRAGMA page_count");
  const free = database.prepare("PRAGMA freelist_count");
  const pageBytes = Number(database.prepare("PRAGMA page_size").get()?.["page_size"]);
  const oldestOfEarlier = database.prepare(
    "SELECT * FROM segments WHERE run = (SELECT min(run) FROM segments WHERE run < ?) ORDER BY created_ms LIMIT 1",
  );
  const oldestOfRun = database.prepare("SELECT * FROM segments WHERE run = ? ORDER BY created_ms LIMIT 1");
  const oldest = database.prepare("SELECT * FROM segments ORDER BY created_ms LIMIT 1");
  const excessRuns = database.prepare(
    "SELECT number FROM runs WHERE number <> ? ORDER BY number DESC LIMIT 1 OFFSET ?",
  );
  const oldRuns = database.prepare("SELECT number FROM runs WHERE number <> ? AND last_ms < ? ORDER BY number LIMIT 1");
  /** Its removal has begun: it goes whole. */
  let leaving: number | undefined;

  const count = (statement: typeof pages, name: string) => Number(statement.get()?.[name] ?? 0);
  const bytes = () => (count(pages, "page_count") - count(free, "freelist_count")) * pageBytes;
  const segmentIn = (row: unknown) => row as RemovableSegment | undefined;
  const removeRun = (number: number): boolean => {
    leaving = number;
    const segment = segmentIn(oldestOfRun.get(number));
    if (segment !== undefined) return remover.remove(segment);
    leaving = undefined;
    return remover.removeRun(number);
  };
  const bySize = (): boolean => {
    if (bytes() <= options.bytesMax) return false;
    const earlier = segmentIn(oldestOfEarlier.get(run));
    if (earlier !== undefined) return removeRun(earlier.run);
    if (trimNoisyService(database)) return true;
    const segment = segmentIn(oldestOfRun.get(run));
    return segment !== undefined && remover.remove(segment);
  };
  const byAge = (nowMs: number): boolean => {
    const segment = segmentIn(oldest.get());
    if (segment !== undefined && segment.created_ms < nowMs - options.ageMsMax) return remover.remove(segment);
    const old = oldRuns.get(run, nowMs - options.ageMsMax)?.["number"];
    return old !== undefined && removeRun(Number(old));
  };
  const byRuns = (): boolean => {
    const excess = excessRuns.get(run, options.runsMax - 1)?.["number"];
    return excess !== undefined && removeRun(Number(excess));
  };
  const giveBack = (): boolean => {
    if (count(pages, "page_count") * pageBytes <= options.bytesMax * FILE_OVER) return false;
    if (count(free, "freelist_count") === 0) return false;
    database.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
    return true;
  };

  return {
    bytes,
    step: (nowMs) =>
      (leaving !== undefined && removeRun(leaving)) ||
      byRuns() ||
      byAge(nowMs) ||
      bySize() ||
      remover.removeStaleTags() ||
      giveBack(),
  };
}
