/** Gives the place back; only the first call counts. */
export type Release = () => void;

export interface LimiterOptions {
  /** Places, >= 1. */
  readonly concurrencyMax: number;
  /** Waiting for a place at once, >= 0. */
  readonly waitersMax: number;
}

/** A bounded number of places and a bounded queue for them. */
export interface Limiter {
  /** A place if one is free and nobody waits for it. */
  readonly tryAcquire: () => Release | undefined;
  /** True when one more may wait. */
  readonly canWait: () => boolean;
  /** A place when it is this waiter's turn, first come first served; undefined when aborted before. */
  readonly acquire: (signal: AbortSignal) => Promise<Release | undefined>;
  readonly active: () => number;
  readonly waiting: () => number;
  /** Resolves when no place is taken; at once when none is. */
  readonly idle: () => Promise<void>;
}

export function createLimiter({ concurrencyMax, waitersMax }: LimiterOptions): Limiter {
  /** In order of arrival; a Set, so that one in the middle can leave at once. */
  const waiters = new Set<(release: Release) => void>();
  const idlers: (() => void)[] = [];
  let active = 0;

  const take = (): Release => {
    active += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      active -= 1;
      const [next] = waiters;
      if (next) {
        waiters.delete(next);
        next(take());
      } else if (active === 0) for (const resolve of idlers.splice(0)) resolve();
    };
  };

  return {
    tryAcquire: () => (active < concurrencyMax && waiters.size === 0 ? take() : undefined),
    canWait: () => waiters.size < waitersMax,
    acquire(signal) {
      return new Promise((resolve) => {
        const onAbort = () => {
          waiters.delete(waiter);
          resolve(undefined);
        };
        const waiter = (release: Release) => {
          signal.removeEventListener("abort", onAbort);
          resolve(release);
        };
        if (signal.aborted) return resolve(undefined);
        signal.addEventListener("abort", onAbort, { once: true });
        waiters.add(waiter);
      });
    },
    active: () => active,
    waiting: () => waiters.size,
    idle: () => (active === 0 ? Promise.resolve() : new Promise((resolve) => void idlers.push(resolve))),
  };
}
