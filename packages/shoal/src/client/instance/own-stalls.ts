import type { Cancel, Clock } from "../../core/clock.ts";

/** Between two looks at the clock while attempts are in flight, in ms. */
export const LOOK_MS = 20;
/** A look that is later than this says that this process stood still, in ms; less is what timers are late anyway. */
const LATE_MS_MAX = 20;

/** How long this process did nothing, because it computed, collected garbage or had no CPU. */
export interface OwnStalls {
  /** An attempt begins. Returns what `end` asks for. */
  readonly begin: (nowMs: number) => number;
  /** It has ended. Returns for how much of its time this process stood still, in ms: at most one look too much. */
  readonly end: (mark: number, nowMs: number) => number;
}

/**
 * Measures own standstills, of which a round trip must say nothing against the instance: a peak average remembers each
 * for half a minute, and all peers would look as slow as one that is ill (Lifeguard: do not blame peers for your own
 * slowness). Looks at the clock only while attempts are in flight. A look that is late counts whole, with the time since
 * the look before: whoever takes too much off an ordinary round trip hardly moves the average, which goes up at once and
 * down slowly.
 */
export function createOwnStalls(clock: Pick<Clock, "now" | "after">): OwnStalls {
  let inFlight = 0;
  let stalledMs = 0;
  let dueMs = 0;
  let cancelLook: Cancel | undefined;

  /** With the look that is due but did not come yet: replies may be read before timers run. */
  const stalledUntil = (nowMs: number) =>
    cancelLook === undefined ? stalledMs : stalledMs + standstillMs(nowMs - dueMs);
  const lookAgain = (nowMs: number) => {
    dueMs = nowMs + LOOK_MS;
    cancelLook = clock.after(LOOK_MS, look);
  };
  const look = () => {
    const nowMs = clock.now();
    stalledMs = stalledUntil(nowMs);
    lookAgain(nowMs);
  };

  return {
    begin(nowMs) {
      inFlight += 1;
      if (cancelLook === undefined) lookAgain(nowMs);
      return stalledUntil(nowMs);
    },
    end(mark, nowMs) {
      const untilNowMs = stalledUntil(nowMs);
      inFlight -= 1;
      if (inFlight === 0) {
        cancelLook?.(); // whoever has nothing to do leaves no timer behind
        cancelLook = undefined;
        stalledMs = untilNowMs;
      }
      return untilNowMs - mark;
    },
  };
}

function standstillMs(lateMs: number): number {
  return lateMs > LATE_MS_MAX ? lateMs + LOOK_MS : 0;
}
