/** What one window of time showed. */
export interface LimitSample {
  /** The most requests in progress at once. */
  readonly inFlightMax: number;
  /** True when requests queued: there were too many in progress. */
  readonly congested: boolean;
  /** How many windows it stands for, >= 1: an event loop that stands still is looked at late. Default 1. */
  readonly windows?: number;
}

export interface LimitBounds {
  readonly limitMin: number;
  readonly limitMax: number;
  /** Added when there is room for more, >= 1. */
  readonly increment: number;
}

/** Kept of the limit in each window when there is congestion. Netflix' number. */
const BACKOFF_RATIO = 0.9;

/**
 * The next limit of requests in progress: one step more while nothing queues, a tenth less than was in use when something
 * does (Netflix concurrency-limits, AIMDLimit). A limit that is not in use, less than half of it, does not go up: it has
 * not shown that more would do. It goes up by one step whatever the time, and down with it: the more it is too high, the
 * longer each turn of the event loop, and the less often it is looked at.
 */
export function nextLimit(
  limit: number,
  { inFlightMax, congested, windows = 1 }: LimitSample,
  bounds: LimitBounds,
): number {
  if (!congested && inFlightMax * 2 < limit) return limit;
  const used = Math.min(limit, inFlightMax);
  const next = congested ? Math.floor(used * BACKOFF_RATIO ** windows) : limit + bounds.increment;
  return Math.max(bounds.limitMin, Math.min(bounds.limitMax, next));
}
