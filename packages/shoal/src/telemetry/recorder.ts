import type { Exchange, Span } from "./records.ts";

/**
 * Where spans and exchanges go as they end. Nothing here blocks, throws or waits: what does not fit is dropped and
 * counted.
 */
export interface Recorder {
  /** False when nothing is recorded at all: then callers make no spans and capture no bodies. */
  readonly enabled: boolean;
  /** Whether a trace that begins here is recorded in full (the sampled flag of its `traceparent`). */
  readonly sampleNewTrace: () => boolean;
  /** An error or a call of at least this many ms is recorded even when its trace is not sampled. */
  readonly slowMs: number;
  readonly span: (span: Span) => void;
  readonly exchange: (exchange: Exchange) => void;
}

/** Records nothing. */
export const NO_RECORDER: Recorder = Object.freeze({
  enabled: false,
  sampleNewTrace: () => false,
  slowMs: Number.POSITIVE_INFINITY,
  span: () => {},
  exchange: () => {},
});
