import { checkDurationMs, checkInteger, withDefaults } from "../../core/options.ts";

const MIB = 1_024 * 1_024;

/** An empty history takes a good part of this already. */
export const HISTORY_BYTES_MIN = MIB;

/** What the history may take. Options must be plain data: they go to another thread. */
export interface HistoryOptions {
  /** Of the disk, in bytes: beyond, the oldest goes, whole runs first. Default 1 GiB; at least 1 MiB. */
  readonly bytesMax: number;
  /** How long a record is kept, in ms. Default 7 days. */
  readonly ageMsMax: number;
  /** Runs that are kept, this one included. Default 20. */
  readonly runsMax: number;
  /** Bytes that wait to be written; what comes beyond is refused with HISTORY_BUSY. Default 32 MiB. */
  readonly pendingBytesMax: number;
  /** Questions that wait for an answer; what comes beyond is refused with HISTORY_BUSY. Default 1 000. */
  readonly pendingReadsMax: number;
  /** Log lines kept in memory while the disk fails; then the oldest go, counted. Default 20 000. */
  readonly pendingLinesMax: number;
  /** Longest line, in characters; the rest is cut. Default 65 536. */
  readonly lineCharsMax: number;
  /** Spans kept of one trace. Default 10 000. */
  readonly traceSpansMax: number;
  /** Names (of services, operations, resources) kept once for all; beyond, each record has its own. Default 50 000. */
  readonly wordsMax: number;
  /** Series of gauges. Default 20 000. */
  readonly gaugesMax: number;
  /** How long the writer waits for more to write with the first, in ms. Default 20. */
  readonly gatherMs: number;
}

export const HISTORY_DEFAULTS: HistoryOptions = Object.freeze({
  bytesMax: 1_024 * MIB,
  ageMsMax: 7 * 24 * 3_600_000,
  runsMax: 20,
  pendingBytesMax: 32 * MIB,
  pendingReadsMax: 1_000,
  pendingLinesMax: 20_000,
  lineCharsMax: 65_536,
  traceSpansMax: 10_000,
  wordsMax: 50_000,
  gaugesMax: 20_000,
  gatherMs: 20,
});

/** Throws OPTION_INVALID. */
export function historyOptions(given: Partial<HistoryOptions> | undefined): HistoryOptions {
  const options = withDefaults(HISTORY_DEFAULTS, given);
  checkInteger("bytesMax", options.bytesMax, HISTORY_BYTES_MIN);
  checkInteger("ageMsMax", options.ageMsMax, 1);
  for (const name of [
    "runsMax",
    "pendingBytesMax",
    "pendingReadsMax",
    "pendingLinesMax",
    "lineCharsMax",
    "traceSpansMax",
    "wordsMax",
    "gaugesMax",
  ] as const) {
    checkInteger(name, options[name], 1);
  }
  checkDurationMs("gatherMs", options.gatherMs);
  return options;
}
