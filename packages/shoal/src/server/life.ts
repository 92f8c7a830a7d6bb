import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";

/** What the function that makes a service's handlers is given, for what they open and do in the background. */
export interface Life {
  /** Aborted when the service begins to stop, while it still finishes requests: end here what nobody asked for. */
  readonly signal: AbortSignal;
  /**
   * Runs a task after the last request has been answered: close here what handlers use. Last added, first run; the
   * process waits for them, at most 5 s in all.
   */
  readonly onClose: (task: () => void | Promise<void>) => void;
  readonly log: Log;
}

/** A life, and what ends it. */
export interface OwnLife {
  readonly life: Life;
  readonly beginToStop: () => void;
  /** Never rejects: a task that fails is logged. */
  readonly close: () => Promise<void>;
}

/** How long the tasks of onClose may take in all, in ms: less than what a supervisor waits before it kills (10 s). */
export const CLOSE_MS = 5_000;

export function createLife(clock: Pick<Clock, "after">, log: Log): OwnLife {
  const controller = new AbortController();
  const tasks: (() => void | Promise<void>)[] = [];
  const runAll = async () => {
    for (let task = tasks.pop(); task; task = tasks.pop()) {
      try {
        await task();
      } catch (cause) {
        log.error("a task of onClose failed", { error: messageOf(cause) });
      }
    }
  };
  return {
    life: { signal: controller.signal, onClose: (task) => void tasks.push(task), log },
    beginToStop: () => controller.abort(),
    close() {
      controller.abort();
      return new Promise((resolve) => {
        const cancel = clock.after(CLOSE_MS, () => {
          log.error("the tasks of onClose took too long and were left", { closeMs: CLOSE_MS });
          resolve();
        });
        void runAll().then(() => {
          cancel();
          resolve();
        });
      });
    },
  };
}
