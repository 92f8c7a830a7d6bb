import type { Clock } from "../core/clock.ts";

/** Turns in which connections are taken, at most, before something begins: more than wait for a server by default, 511. */
const TURNS_MAX = 600;
/** Nothing is put off for longer than this at once, in ms, however long the turns are. */
const TAKING_MS_MAX = 50;

/** Watches whether connections wait to be taken. */
export interface BacklogTurns {
  /** A connection was taken. */
  readonly connected: () => void;
  /** Whether there may be more: then nothing should begin, and `resume` is called when it may. */
  readonly isTaking: () => boolean;
}

/** For a clock that does not tell one turn from another. */
const NO_TURNS: BacklogTurns = Object.freeze({ connected: () => {}, isTaking: () => false });

/**
 * libuv takes one connection in a turn of the event loop. In an overload whose handlers compute after they have waited, a
 * turn lasts as long as all that is due in it, while callers, whose calls now take longer, open more connections: hundreds
 * wait in the system's queue, each with a request that nobody sees, refuses or prefers, and go on waiting for as long as
 * the overload lasts. So after a turn that took one nothing begins until a turn has found none: what is in progress ends
 * meanwhile, turns get short, and the queue is empty in a moment. (Measured at twice the load: the queue of 511 stood
 * full for all of ten seconds; with this it was empty within a few turns.)
 */
export function createBacklogTurns({ now, soon }: Pick<Clock, "now" | "soon">, resume: () => void): BacklogTurns {
  if (!soon) return NO_TURNS;
  let isTaking = false;
  let hasTaken = false;
  let turns = 0;
  let sinceMs = 0;

  const tick = (): void => {
    turns += 1;
    const hasMore = hasTaken && turns < TURNS_MAX && now() - sinceMs < TAKING_MS_MAX;
    hasTaken = false;
    if (hasMore) soon(tick);
    else {
      isTaking = false;
      resume();
    }
  };
  return {
    connected() {
      hasTaken = true;
      if (isTaking) return;
      isTaking = true;
      turns = 0;
      sinceMs = now();
      soon(tick);
    },
    isTaking: () => isTaking,
  };
}
