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
  /** Ends it as `kill -9` does. */
  readonly kill: () => void;
  /** Calls `listener` when it is killed. */
  readonly onKill: (listener: () => void) => void;
}

export function createSimulatedProcess(id: string, service: string, world: WorldClock): SimulatedProcess {
  const killListeners: (() => void)[] = [];
  let alive = true;
  let stalledUntilMs = 0;

  const whenAwake = (task: () => void): void => {
    if (!alive) return;
    const waitMs = stalledUntilMs - world.now();
    if (waitMs <= 0) task();
    else world.after(waitMs, () => whenAwake(task)); // in the order of arrival, which the queue keeps
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
    kill() {
      if (!alive) return;
      alive = false;
      for (const listener of killListeners.splice(0)) listener();
    },
    onKill: (listener) => void killListeners.push(listener),
  };
}
