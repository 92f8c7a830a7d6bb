import type { Clock } from "../../core/clock.ts";
import { createEventQueue } from "../event-queue.ts";

/** The one clock of a world. Time stands still but while `run` is under way. */
export interface WorldClock extends Clock {
  /**
   * Moves time to `untilMs`, running what is due on the way, each task after all that the one before has stirred up;
   * or until `isOver` says so. Rejects with what a task throws. One run at a time.
   */
  readonly run: (untilMs: number, isOver?: () => boolean) => Promise<void>;
  /** True while a run is under way. */
  readonly isRunning: () => boolean;
  /** Timers neither run nor cancelled. */
  readonly pending: () => number;
}

/** After as many tasks the event loop gets a turn: a long run must not starve what else the process does. */
const TASKS_PER_TURN = 1_024;

/** A clock at 0; wall time starts at 2026-01-01T00:00Z. */
export function createWorldClock(): WorldClock {
  const queue = createEventQueue();
  let nowMs = 0;
  let running = false;

  const drive = (untilMs: number, isOver: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      let tasks = 0;
      const step = () => {
        const due = isOver() ? undefined : queue.take(untilMs);
        if (!due) return resolve();
        nowMs = Math.max(nowMs, due.dueMs);
        try {
          due.run();
        } catch (cause) {
          return reject(cause);
        }
        tasks += 1;
        if (tasks % TASKS_PER_TURN === 0) setImmediate(step);
        else afterPromises(step);
      };
      setImmediate(step);
    });

  return {
    now: () => nowMs,
    wallMs: () => Date.UTC(2026, 0, 1) + nowMs,
    after: (ms, task) => queue.add(nowMs + Math.max(0, ms), task),
    async run(untilMs, isOver = () => false) {
      if (running) throw new Error("the world is running already: await one run before the next");
      running = true;
      try {
        await drive(untilMs, isOver);
        if (untilMs !== Number.POSITIVE_INFINITY && !isOver()) nowMs = Math.max(nowMs, untilMs);
      } finally {
        running = false;
      }
    },
    isRunning: () => running,
    pending: () => queue.size(),
  };
}

/**
 * Calls `next` once no promise is left to settle. Node empties the queue of promise reactions before it takes the next
 * tick, so a tick asked for by the last reaction comes after all of them, at a quarter of a macrotask's price. Twice,
 * for those reactions that ask for a tick themselves.
 */
function afterPromises(next: () => void): void {
  queueMicrotask(() => process.nextTick(() => queueMicrotask(() => process.nextTick(next))));
}
