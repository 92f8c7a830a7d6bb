import type { Clock } from "../../core/clock.ts";

/** Counts requests begun and not yet answered. */
export interface InFlight {
  readonly enter: () => void;
  readonly leave: () => void;
  readonly count: () => number;
  /** Resolves when there are none, or after `ms`, with the number left. */
  readonly none: (ms: number) => Promise<number>;
}

export function createInFlight(clock: Pick<Clock, "after">): InFlight {
  const waiters = new Set<() => void>();
  let count = 0;
  return {
    enter: () => {
      count += 1;
    },
    leave() {
      count -= 1;
      if (count === 0) for (const done of waiters) done();
    },
    count: () => count,
    none(ms) {
      if (count === 0) return Promise.resolve(0);
      return new Promise((resolve) => {
        const done = () => {
          waiters.delete(done);
          cancel();
          resolve(count);
        };
        const cancel = clock.after(ms, done);
        waiters.add(done);
      });
    },
  };
}
