/** One served request, as counted: no allocation beyond this object. */
export interface Served {
  /** Operation name, or "METHOD" when the service has no contract. */
  readonly operation: string;
  readonly status: number;
  readonly durationMs: number;
  /** The calling service; "" when unknown. */
  readonly caller: string;
}

/** Counts what a process serves. Exported on a timer, so that recording costs little. */
export interface Meter {
  readonly served: (request: Served) => void;
  /** What `GET /metrics` answers, as OpenMetrics text; absent when nothing is kept. */
  readonly render?: () => string;
}

/** Counts nothing. */
export const NO_METER: Meter = Object.freeze({ served: () => {} });
