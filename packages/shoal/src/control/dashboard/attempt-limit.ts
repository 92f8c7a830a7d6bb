/** Counts failed attempts; after too many there are none for a while. */
export interface AttemptLimit {
  readonly isOver: (nowMs: number) => boolean;
  readonly failed: (nowMs: number) => void;
}

/** @param attemptsMax Within `windowMs`. Two numbers are all that is kept. */
export function createAttemptLimit(attemptsMax: number, windowMs: number): AttemptLimit {
  let sinceMs = Number.NEGATIVE_INFINITY;
  let failures = 0;
  const renew = (nowMs: number) => {
    if (nowMs - sinceMs < windowMs) return;
    sinceMs = nowMs;
    failures = 0;
  };
  return {
    isOver(nowMs) {
      renew(nowMs);
      return failures >= attemptsMax;
    },
    failed(nowMs) {
      renew(nowMs);
      failures += 1;
    },
  };
}
