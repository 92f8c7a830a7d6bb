/**
 * Whose a printed line is, where several services print to one pipe: its name stands before the line, between two of a
 * character that nobody prints and no terminal shows.
 */
const MARK = "\u2063";

/** What stands before a line of the service. */
export function ownerMark(service: string): string {
  return `${MARK}${service}${MARK}`;
}

/** A line that says: what comes without a mark from now on is of this service. What Node prints of a crash has none. */
export function ownerOfTheRest(service: string): string {
  return `${ownerMark(service)}${MARK}`;
}

/** A line without its mark. */
export interface OwnedLine {
  /** Undefined for a line without a mark. */
  readonly service: string | undefined;
  readonly text: string;
  /** True for a line that says no more than whose the rest is. */
  readonly rest: boolean;
}

/** Takes the mark off a line. */
export function readOwner(line: string): OwnedLine {
  const end = line.startsWith(MARK) ? line.indexOf(MARK, 1) : -1;
  if (end < 0) return { service: undefined, text: line, rest: false };
  const text = line.slice(end + 1);
  return { service: line.slice(1, end), text, rest: text === MARK };
}
