import type { Recorder } from "../telemetry/recorder.ts";
import type { Exchange, Span } from "../telemetry/records.ts";

/** Keeps what is recorded. */
export interface FakeRecorder extends Recorder {
  readonly spans: readonly Span[];
  /** Made at once. */
  readonly exchanges: readonly Exchange[];
}

export interface FakeRecorderOptions {
  /** Default true. */
  readonly sampled?: boolean;
  /** Default 1 000. */
  readonly slowMs?: number;
}

export function createFakeRecorder({ sampled = true, slowMs = 1_000 }: FakeRecorderOptions = {}): FakeRecorder {
  const spans: Span[] = [];
  const exchanges: Exchange[] = [];
  return {
    enabled: true,
    sampleNewTrace: () => sampled,
    slowMs,
    span: (span) => void spans.push(span),
    exchange: (pending) => void exchanges.push(pending.make()),
    spans,
    exchanges,
  };
}
