/**
 * A fault that somebody asked for, to see how the fleet bears it: injected by the callers of a service, below all that
 * protects them, so that what is seen is what such a service would do to them. JSON-safe.
 */
export interface Fault {
  readonly id: string;
  /** Calls to this service. */
  readonly service: string;
  /** Only this operation of it; "" for all. */
  readonly operation: string;
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
