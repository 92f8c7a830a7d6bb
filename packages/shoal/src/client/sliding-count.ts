/** Events of the last while, counted in slices: bounded memory, whatever the rate. */
export interface SlidingCount {
  /** @param amount What it counts for. Default 1. */
  readonly add: (nowMs: number, amount?: number) => void;
  /** Events of the window that ends now; the oldest slice leaves as a whole. */
  readonly total: (nowMs: number) => number;
  readonly clear: () => void;
}

const SLICES = 10;

/**
 * Slices leave by the clock and not by events: a window that moves only when something happens keeps what failed an
 * hour ago (the flaw of cockatiel's SamplingBreaker).
 *
 * @param windowMs Over 0.
 */
export function createSlidingCount(windowMs: number, startMs: number): SlidingCount {
  const sliceMs = windowMs / SLICES;
  const slices = new Array<number>(SLICES).fill(0);
  let current = Math.floor(startMs / sliceMs);
  let sum = 0;

  const moveTo = (nowMs: number) => {
    const slice = Math.floor(nowMs / sliceMs);
    const steps = Math.min(slice - current, SLICES);
    for (let step = 1; step <= steps; step += 1) {
      const index = indexOf(current + step);
      sum -= slices[index] ?? 0;
      slices[index] = 0;
    }
    if (slice > current) current = slice;
  };

  return {
    add(nowMs, amount = 1) {
      moveTo(nowMs);
      const index = indexOf(current);
      slices[index] = (slices[index] ?? 0) + amount;
      sum += amount;
    },
    total(nowMs) {
      moveTo(nowMs);
      return sum;
    },
    clear() {
      slices.fill(0);
      sum = 0;
    },
  };
}

/** Never negative, also for a clock that began below 0. */
function indexOf(slice: number): number {
  return ((slice % SLICES) + SLICES) % SLICES;
}
