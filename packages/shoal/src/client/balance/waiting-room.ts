import type { Cancellation } from "../../core/cancellation.ts";
import type { Cancel, Clock } from "../../core/clock.ts";

/** Calls that wait for an instance, or for a place at one, in the order in which they came. */
export interface WaitingRoom {
  readonly size: () => number;
  /** Until something changes, it is the first and `wakeFirst` was called, or the time has come. */
  readonly wait: (untilMs: number, cancellation: Cancellation) => Promise<void>;
  /** There may be a place. */
  readonly wakeFirst: () => void;
}

/** @param onChange Calls back when instances come, go, fail or recover: then all look again. */
export function createWaitingRoom(
  clock: Pick<Clock, "now" | "after">,
  onChange: (listener: () => void) => Cancel,
): WaitingRoom {
  const waiting = new Set<() => void>();
  return {
    size: () => waiting.size,
    wait: (untilMs, cancellation) =>
      new Promise((resolve) => {
        const wake = () => {
          cancelTimer();
          cancelChange();
          cancellation.unsubscribe(listener);
          waiting.delete(wake);
          resolve();
        };
        const cancelTimer = clock.after(untilMs - clock.now(), wake);
        const cancelChange = onChange(wake);
        const listener = { onCancel: wake };
        waiting.add(wake);
        cancellation.subscribe(listener);
      }),
    wakeFirst() {
      if (waiting.size === 0) return; // as nearly always
      const [first] = waiting;
      first?.();
    },
  };
}
