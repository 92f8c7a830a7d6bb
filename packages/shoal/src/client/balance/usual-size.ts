/**
 * How long a zone that has shrunk is measured by its former size, in ms: about what it takes to replace machines. After
 * that, it is taken to be as small as it is meant to be.
 */
const REMEMBERED_MS = 300_000;

/** How many instances a zone usually has. */
export interface UsualSize {
  /** The registry lists so many. */
  readonly observe: (size: number, nowMs: number) => void;
  /** The most it had of late: who has gone may have left or been lost, and the load it carried is still there. */
  readonly size: (nowMs: number) => number;
}

export function createUsualSize(): UsualSize {
  let present = 0;
  let peak = 0;
  /** Since when there are fewer than at the peak. */
  let belowSinceMs = Number.POSITIVE_INFINITY;
  const forget = (nowMs: number) => {
    if (present < peak && nowMs - belowSinceMs < REMEMBERED_MS) return;
    peak = present;
    belowSinceMs = Number.POSITIVE_INFINITY;
  };
  return {
    observe(size, nowMs) {
      forget(nowMs);
      present = size;
      peak = Math.max(peak, size);
      if (size === peak) belowSinceMs = Number.POSITIVE_INFINITY;
      else belowSinceMs = Math.min(belowSinceMs, nowMs);
    },
    size(nowMs) {
      forget(nowMs);
      return peak;
    },
  };
}
