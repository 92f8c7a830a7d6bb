import type { Clock } from "../core/clock.ts";
import { createEventQueue } from "./event-queue.ts";

/** A clock that moves only when told to. */
export interface VirtualClock extends Clock {
  /** Moves time forward, running due timers in order and letting promises settle after each. */
  readonly advance: (ms: number) => Promise<void>;
  /** Moves time to the next timer; false when there is none. */
  readonly advanceToNext: () => Promise<boolean>;
  /** Timers not yet run or cancelled. */
  readonly pending: () => number;
}

/** Rounds of the microtask queue let through after each timer: deep promise chains need several. */
const SETTLE_ROUNDS = 3;

/** A virtual clock at 0; wall time starts at 2026-01-01T00:00Z. */
export function createVirtualClock(): VirtualClock {
  const queue = createEventQueue();
  let nowMs = 0;

  /** Runs the next task that is due by then; false when there is none. */
  const runNext = async (untilMs: number) => {
    const due = queue.take(untilMs);
    if (!due) return false;
    nowMs = Math.max(nowMs, due.dueMs);
    due.run();
    await settle();
    return true;
  };

  return {
    now: () => nowMs,
    wallMs: () => Date.UTC(2026, 0, 1) + nowMs,
    after: (ms, task) => queue.add(nowMs + Math.max(0, ms), task),
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      while (await runNext(untilMs));
      nowMs = untilMs;
    },
    async advanceToNext() {
      await settle();
      return runNext(Number.POSITIVE_INFINITY);
    },
    pending: () => queue.size(),
  };
}

/** A macrotask turn empties the whole microtask queue. */
async function settle(): Promise<void> {
  for (let round = 0; round < SETTLE_ROUNDS; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
