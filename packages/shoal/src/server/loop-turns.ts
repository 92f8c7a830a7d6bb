import type { Clock } from "../core/clock.ts";

/** What was begun in one turn of the event loop may keep it so long, in ms; then nothing more is begun in it. */
const TURN_MS = 10;
/** What takes no longer, in ms, is the reading and answering of a request: that is not worth putting off. */
const FREE_MS = 1;
/** Turns that only read what has come in, at most, before the next that begins something; and no longer than this, in ms. */
const READING_TURNS_MAX = 16;
const READING_MS_MAX = 10;
/** So many of them without a request, and nothing more is to be read: a connection is taken in one, and read in the next. */
const QUIET_TURNS = 2;

/** Says when something may begin, so that the event loop comes to read what arrives. */
export interface LoopTurns {
  /** Something has come in. */
  readonly arrived: () => void;
  /** Whether something may begin in this turn; if not, `resume` is called in one in which it may. */
  readonly mayBegin: (nowMs?: number) => boolean;
  /**
   * Something begins. True: how long it keeps the event loop is not known yet.
   * @param more Whether more waits to begin: then `resume` is called as soon as it may.
   */
  readonly began: (more: boolean, nowMs?: number) => boolean;
}

/** For a clock that does not tell one turn from another. */
const ANY_TURN: LoopTurns = Object.freeze({ arrived: () => {}, mayBegin: () => true, began: () => false });

/**
 * A handler that computes at once holds up the event loop, and while it does, requests queue where nobody sees them: in
 * sockets, and in connections not taken yet, of which Node takes one a turn. Begun as the system hands them out, all that is
 * there would be computed before anything else is read, for callers that may have gone; it could not be refused, nor
 * could the newest go first. So a turn in which enough was begun begins no more: the rest is read, and waits in the
 * line of the limiter, which knows deadlines, who has gone, and what matters. Before the next that begins something come
 * some that only read. (Measured with a handler of 10 ms, over twice the load that it can do: without this nine of ten
 * calls timed out, and went on to do so at a load of 70 %.)
 *
 * What a handler computes after it has waited for something cannot be put off; `Overload` sees that as delay.
 */
export function createLoopTurns(
  { now, soon, settled }: Pick<Clock, "now" | "soon" | "settled">,
  resume: () => void,
): LoopTurns {
  if (!soon || !settled) return ANY_TURN;
  let kind: "idle" | "beginning" | "reading" = "idle";
  let spentMs = 0;
  let beganMs: number | undefined;
  let wanted = false;
  let arrivals = 0;
  let reading = { sinceMs: 0, turns: 0, quietTurns: 0 };

  const begin = (): void => {
    kind = "beginning";
    spentMs = 0;
    soon(tick);
  };
  const read = (): void => {
    if (kind !== "reading") reading = { sinceMs: now(), turns: 0, quietTurns: 0 };
    kind = "reading";
    reading.turns += 1;
    reading.quietTurns = arrivals === 0 ? reading.quietTurns + 1 : 0;
    arrivals = 0;
    soon(tick);
  };
  const hasRead = () => {
    const { turns, quietTurns, sinceMs } = reading;
    const isOver = turns >= READING_TURNS_MAX || quietTurns >= QUIET_TURNS || now() - sinceMs >= READING_MS_MAX;
    return kind === "reading" && isOver;
  };
  const tick = (): void => {
    if (!wanted) kind = "idle";
    else if (hasRead()) {
      begin();
      again();
    } else read();
  };
  const again = (): void => {
    wanted = false;
    resume();
  };
  /** With what has not settled: it may have ended already, and made room for the next. */
  const spentByNowMs = (nowMs?: number) =>
    spentMs + (beganMs === undefined ? 0 : Math.max(0, (nowMs ?? now()) - beganMs - FREE_MS));
  const onSettled = (): void => {
    spentMs = spentByNowMs();
    beganMs = undefined;
    if (wanted && kind === "beginning") again();
  };

  return {
    arrived() {
      arrivals += 1;
    },
    mayBegin(nowMs) {
      if (kind === "idle") begin();
      const may = kind === "beginning" && spentByNowMs(nowMs) < TURN_MS;
      wanted ||= !may;
      return may;
    },
    began(more, nowMs) {
      // those that begin before it has settled are part of what it takes
      if (beganMs === undefined) {
        beganMs = nowMs ?? now();
        settled(onSettled);
      }
      wanted ||= more;
      return true;
    },
  };
}
