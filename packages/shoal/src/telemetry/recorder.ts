import type { Exchange, Span } from "./records.ts";

/**
 * An exchange that has ended and is not made yet. Redacting and encoding cost more than the call they tell of, so they
 * are put off until the batch that it leaves with: until then only what is in memory anyway is held.
 */
export interface PendingExchange {
  /** What its bodies hold in memory: what waits is to be bounded by the sum, not by the number alone. */
  readonly bytes: number;
  /** Makes it, redacted. Takes 2 to 100 µs. Never throws. */
  readonly make: () => Exchange;
  /** The same as JSON, for about half of the cost. */
  readonly json: () => string;
}

/**
 * Where spans and exchanges go as they end. Nothing here blocks, throws or waits: what does not fit is dropped and
 * counted.
 */
export interface Recorder {
  /** False when nothing is recorded at all: then callers make no spans and capture no bodies. */
  readonly enabled: boolean;
  /** Whether a trace that begins here is recorded in full (the sampled flag of its `traceparent`). @param nowMs For who knows the time. */
  readonly sampleNewTrace: (nowMs?: number) => boolean;
  /** An error or a call of at least this many ms is recorded even when its trace is not sampled. */
  readonly slowMs: number;
  readonly span: (span: Span) => void;
  readonly exchange: (exchange: PendingExchange) => void;
}

/** Records nothing. */
export const NO_RECORDER: Recorder = Object.freeze({
  enabled: false,
  sampleNewTrace: () => false,
  slowMs: Number.POSITIVE_INFINITY,
  span: () => {},
  exchange: () => {},
});
