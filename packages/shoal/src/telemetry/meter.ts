/** One served request, as counted: no allocation beyond this object. */
export interface Served {
  /** Operation name, or "METHOD" when the service has no contract. */
  readonly operation: string;
  readonly status: number;
  readonly durationMs: number;
  /** The calling service; "" when unknown. */
  readonly caller: string;
}

/** One call that a process made, as counted. */
export interface Called {
  /** The service, or the host of the world outside. */
  readonly callee: string;
  /** True for what is no service of the fleet. */
  readonly external: boolean;
  /** Operation name, or "METHOD" without a contract. */
  readonly operation: string;
  /** 0 without a reply. */
  readonly status: number;
  readonly durationMs: number;
}

/** Counts what a process serves and calls. Exported on a timer, so that recording costs little. */
export interface Meter {
  readonly served: (request: Served) => void;
  /** Absent when calls are not counted. */
  readonly called?: (call: Called) => void;
  /** What `GET /metrics` answers, of the content type that `metricsTypeFor` chose; absent when nothing is kept. */
  readonly render?: (type?: string) => string;
}

/** Counts nothing. */
export const NO_METER: Meter = Object.freeze({ served: () => {} });
