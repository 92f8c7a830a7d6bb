import type { Cancel, Clock } from "../core/clock.ts";

/** A clock that moves only when told to. */
export interface VirtualClock extends Clock {
  /** Moves time forward, running due timers in order and letting promises settle after each. */
  readonly advance: (ms: number) => Promise<void>;
  /** Moves time to the next timer; false when there is none. */
  readonly advanceToNext: () => Promise<boolean>;
  /** Timers not yet run or cancelled. */
  readonly pending: () => number;
}

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly task: () => void;
}

/** Rounds of the microtask queue let through after each timer: deep promise chains need several. */
const SETTLE_ROUNDS = 3;

/** A virtual clock at 0; wall time starts at 2026-01-01T00:00Z. */
export function createVirtualClock(): VirtualClock {
  const timers = new Set<Timer>();
  let nowMs = 0;
  let order = 0;

  const nextDue = (untilMs: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.dueMs > untilMs) continue;
      if (!next || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) next = timer;
    }
    return next;
  };
  const run = async (timer: Timer) => {
    timers.delete(timer);
    nowMs = Math.max(nowMs, timer.dueMs);
    timer.task();
    await settle();
  };

  return {
    now: () => nowMs,
    wallMs: () => Date.UTC(2026, 0, 1) + nowMs,
    after(ms, task): Cancel {
      const timer = { dueMs: nowMs + Math.max(0, ms), order: order++, task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (let timer = nextDue(untilMs); timer; timer = nextDue(untilMs)) await run(timer);
      nowMs = untilMs;
    },
    async advanceToNext() {
      await settle();
      const timer = nextDue(Number.POSITIVE_INFINITY);
      if (timer) await run(timer);
      return timer !== undefined;
    },
    pending: () => timers.size,
  };
}

/** A macrotask turn empties the whole microtask queue. */
async function settle(): Promise<void> {
  for (let round = 0; round < SETTLE_ROUNDS; round += 1) await new Promise((resolve) => setImmediate(resolve));
}
