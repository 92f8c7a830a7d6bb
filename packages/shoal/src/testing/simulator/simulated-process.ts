import type { Clock } from "../../core/clock.ts";
import type { WorldClock } from "./world-clock.ts";

/** What is true of every process, whatever runs in it: it has a time of its own, it may stand still, it may die. */
export interface SimulatedProcess {
  /** Such as "quotes-1". */
  readonly id: string;
  /** The name of its service. */
  readonly service: string;
  /** Its timers are late while its event loop stands still, and never come after its death. */
  readonly clock: Clock;
  readonly isAlive: () => boolean;
  /** Runs the task now; while the event loop stands still, later; in a dead process, never. */
  readonly whenAwake: (task: () => void) => void;
  /** The event loop stands still for `ms`: nothing is read, answered or timed out. */
  readonly stall: (ms: number) => void;
  /**
   * Keeps its event loop busy for `ms`, as a handler does that computes; what comes in meanwhile waits. Resolves when
   * that is done, before anything that waits.
   */
  readonly compute: (ms: number) => Promise<void>;
  /** Ends it as `kill -9` does. */
  readonly kill: () => void;
  /** Calls `listener` when it is killed. */
  readonly onKill: (listener: () => void) => void;
}

/** What was done is dropped from the list of what waits when there is so much of it. */
const SWEEP = 1_024;

export function createSimulatedProcess(id: string, service: string, world: WorldClock): SimulatedProcess {
  const killListeners: (() => void)[] = [];
  let alive = true;
  let stalledUntilMs = 0;
  /** What waits for the event loop, in the order of arrival, from `head` on. */
  let waiting: (() => void)[] = [];
  let head = 0;

  const whenAwake = (task: () => void): void => {
    if (!alive) return;
    if (waiting.length === 0 && stalledUntilMs <= world.now()) {
      task();
      return;
    }
    waiting.push(task);
    if (waiting.length === 1) world.after(stalledUntilMs - world.now(), wake);
  };
  /** Runs one thing that waits, and looks again when what it has stirred up is done: it may keep the loop busy. */
  const wake = (): void => {
    if (!alive) return;
    const waitMs = stalledUntilMs - world.now();
    if (waitMs <= 0) runFirst();
    if (waiting.length > 0) world.after(waitMs, wake);
  };
  const runFirst = (): void => {
    const first = waiting[head];
    head += 1;
    first?.();
    if (head < waiting.length && head < SWEEP) return;
    waiting = waiting.slice(head);
    head = 0;
  };

  return {
    id,
    service,
    clock: {
      now: world.now,
      wallMs: world.wallMs,
      after(ms, task) {
        let cancelled = false;
        const cancel = world.after(ms, () =>
          whenAwake(() => {
            if (!cancelled) task();
          }),
        );
        return () => {
          cancelled = true;
          cancel();
        };
      },
    },
    isAlive: () => alive,
    whenAwake,
    stall(ms) {
      stalledUntilMs = Math.max(stalledUntilMs, world.now() + ms);
    },
    compute(ms) {
      stalledUntilMs = Math.max(stalledUntilMs, world.now()) + ms;
      return new Promise((resolve) => void world.after(stalledUntilMs - world.now(), resolve));
    },
    kill() {
      if (!alive) return;
      alive = false;
      waiting = [];
      for (const listener of killListeners.splice(0)) listener();
    },
    onKill: (listener) => void killListeners.push(listener),
  };
}
