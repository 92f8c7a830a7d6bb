/** How much of the load is refused, and the delay on which that rests. */
export interface Shedding {
  /** 0 to 1. */
  readonly ratio: number;
  /** When it was last looked at, in units of what is tolerated. */
  readonly delay: number;
  /** How long it has been more than is tolerated, in ms. */
  readonly overMs: number;
}

export const NO_SHEDDING: Shedding = Object.freeze({ ratio: 0, delay: 0, overMs: 0 });

/** Nothing is refused for a burst that is over sooner than this, in ms; RFC 8033's number. */
const BURST_MS = 150;
/** Change of the ratio in a second for each unit of delay over, or under, what is tolerated. */
const ALPHA_PER_S = 0.4;
/** Change of the ratio for each unit by which the delay has grown, or shrunk. */
const BETA = 0.2;
/** A delay that comes or goes at once, as when the loop stood still, counts as a change of so many units. */
const SWING_MAX = 1;
/** Longer delays count as this, in units: the loop standing still for a second is not a load fifty times too high. */
const DELAY_MAX = 10;
/** Nor does a delay count for longer than this at once, in ms. */
const ELAPSED_MS_MAX = 100;

/**
 * The share of requests to refuse so that those admitted queue no longer than is tolerated: PIE's control law (RFC 8033,
 * section 4.2), a proportional-integral controller on the queue's delay, which needs to know neither the capacity nor
 * the load. It goes up and down by itself, so that there is no threshold at which it could flap. Its gains are ours,
 * for a queue of requests that do not slow down by themselves as TCP does: damped from 1.2 to 10 times the capacity.
 * @param delay The queue's delay in units of what is tolerated.
 * @param elapsedMs Since it was last looked at.
 */
export function nextShedding(before: Shedding, delay: number, elapsedMs: number): Shedding {
  const isOver = delay > 1;
  const bounded = Math.min(DELAY_MAX, delay);
  const countedMs = isOver ? Math.min(ELAPSED_MS_MAX, elapsedMs) : elapsedMs;
  const overMs = isOver ? before.overMs + countedMs : 0;
  if (before.ratio === 0 && overMs <= BURST_MS) return { ratio: 0, delay: bounded, overMs };
  const change =
    (ALPHA_PER_S * (bounded - 1) * countedMs) / 1_000 +
    BETA * Math.max(-SWING_MAX, Math.min(SWING_MAX, bounded - before.delay));
  return { ratio: Math.max(0, Math.min(1, before.ratio + change)), delay: bounded, overMs };
}
