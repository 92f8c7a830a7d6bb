/** What one window of time showed. */
export interface LimitSample {
  /** The most requests in progress at once. */
  readonly inFlightMax: number;
  /** True when requests queued: there were too many in progress. */
  readonly congested: boolean;
}

export interface LimitBounds {
  readonly limitMin: number;
  readonly limitMax: number;
  /** Added when there is room for more, >= 1. */
  readonly increment: number;
}

/** Kept of the limit when there is congestion. Netflix' number. */
const BACKOFF_RATIO = 0.9;

/**
 * The next limit of requests in progress: one step more while nothing queues, a tenth less when something does (Netflix
 * concurrency-limits, AIMDLimit). A limit that is not in use, less than half of it, does not change: neither is it why
 * something queues, nor has it shown that more would do.
 */
export function nextLimit(limit: number, { inFlightMax, congested }: LimitSample, bounds: LimitBounds): number {
  if (inFlightMax * 2 < limit) return limit;
  const next = congested ? Math.min(limit - 1, Math.floor(limit * BACKOFF_RATIO)) : limit + bounds.increment;
  return Math.max(bounds.limitMin, Math.min(bounds.limitMax, next));
}
