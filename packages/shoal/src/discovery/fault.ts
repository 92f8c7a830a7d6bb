/**
 * A fault that somebody asked for, to see how the fleet bears it: injected by the callers of a service, below all that
 * protects them, so that what is seen is what such a service would do to them. JSON-safe.
 */
export interface Fault {
  readonly id: string;
  /** Calls to this service. */
  readonly service: string;
  /** Only this operation of it, such as "getQuote" or "GET /quotes/:id"; "" for all. */
  readonly operation: string;
  /** The same for callers without its contract, such as "GET /quotes/:id"; "" when nobody knows it. */
  readonly route: string;
  /** Only at this instance; "" for all. */
  readonly instance: string;
  /** Only calls by this service; "" for all. */
  readonly caller: string;
  /** Added before the request is sent, in ms. */
  readonly latencyMs: number;
  /** Share of requests that are answered with `status` without being sent, 0 to 1. */
  readonly errorRatio: number;
  /** 400 to 599. */
  readonly status: number;
  /** Share of requests that get no answer at all, 0 to 1. */
  readonly dropRatio: number;
  /** How long it lasts from now on, in ms: relative, so that clocks need not agree, and whoever has it ends it by itself. */
  readonly remainingMs: number;
}

/** Faults at once, in one fleet and in one snapshot. */
export const FAULTS_MAX = 100;
/** The longest that a fault may last, in ms: an hour. */
export const FAULT_MS_MAX = 3_600_000;
/** The most that a fault may add, in ms: a minute. */
export const FAULT_LATENCY_MS_MAX = 60_000;
