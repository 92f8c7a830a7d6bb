import type { LogEntry } from "../api/types.ts";

/** The lines of a tail: those on the screen, and those that came while it stood still. */
export interface LogBuffer {
  /** By seq, growing. */
  readonly lines: readonly LogEntry[];
  /** Came while the reader looked elsewhere; by seq. */
  readonly waiting: readonly LogEntry[];
  /** All that came meanwhile, also those that are no longer kept. */
  readonly waitingCount: number;
  /** Lines that the control plane left out because they came too fast. */
  readonly dropped: number;
  /** By hand: there are older lines that are not shown. */
  readonly isCleared: boolean;
}

export const EMPTY_LOG_BUFFER: LogBuffer = {
  lines: [],
  waiting: [],
  waitingCount: 0,
  dropped: 0,
  isCleared: false,
};

/** Lines that a tail keeps: a second of a very loud fleet. Older ones can be loaded again. */
export const TAIL_LINES_MAX = 5_000;
/** With older ones that were loaded by hand. */
export const LINES_MAX = 50_000;

/** What has come, at the end; while not `following` it waits. Lines that are known already are left out. */
export function addLines(buffer: LogBuffer, lines: readonly LogEntry[], following: boolean): LogBuffer {
  if (following) return { ...buffer, lines: lastOf(joined(buffer.lines, lines), TAIL_LINES_MAX) };
  const known = buffer.lines.at(-1)?.seq ?? -1;
  const waiting = joined(
    buffer.waiting,
    lines.filter(({ seq }) => seq > known),
  );
  const came = waiting.length - buffer.waiting.length;
  return { ...buffer, waiting: lastOf(waiting, TAIL_LINES_MAX), waitingCount: buffer.waitingCount + came };
}

/** Older lines, before the first one. */
export function addOlder(buffer: LogBuffer, older: readonly LogEntry[]): LogBuffer {
  return { ...buffer, lines: joined(older, buffer.lines).slice(0, LINES_MAX) };
}

/** Whether more waits than was kept. */
export function hasGap({ waiting, waitingCount }: LogBuffer): boolean {
  return waitingCount > waiting.length;
}

/** Shows what waited. When not all of it was kept, what was shown goes: there would be a gap that nobody sees. */
export function showWaiting(buffer: LogBuffer): LogBuffer {
  if (buffer.waitingCount === 0) return buffer;
  const lines = hasGap(buffer) ? buffer.waiting : joined(buffer.lines, buffer.waiting);
  return { ...buffer, lines: lastOf(lines, TAIL_LINES_MAX), waiting: [], waitingCount: 0 };
}

/** The last seq that is known, shown or not; undefined before the first line. */
export function lastSeq({ lines, waiting }: LogBuffer): number | undefined {
  return waiting.at(-1)?.seq ?? lines.at(-1)?.seq;
}

function lastOf(lines: readonly LogEntry[], max: number): readonly LogEntry[] {
  return lines.length > max ? lines.slice(-max) : lines;
}

/** Nearly always the second follows the first; otherwise both are sorted in. */
function joined(first: readonly LogEntry[], second: readonly LogEntry[]): readonly LogEntry[] {
  if (second.length === 0) return first;
  const end = first.at(-1)?.seq ?? Number.NEGATIVE_INFINITY;
  if (isGrowing(second) && (second[0]?.seq ?? 0) > end) return [...first, ...second];
  const bySeq = new Map([...first, ...second].map((line) => [line.seq, line]));
  return [...bySeq.values()].sort((left, right) => left.seq - right.seq);
}

function isGrowing(lines: readonly LogEntry[]): boolean {
  return lines.every(({ seq }, at) => at === 0 || seq > (lines[at - 1]?.seq ?? 0));
}
