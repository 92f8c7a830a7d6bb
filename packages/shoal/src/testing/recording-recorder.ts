import type { PendingExchange, Recorder } from "../telemetry/recorder.ts";
import type { Span } from "../telemetry/records.ts";

/** A recorder that keeps all it is given. */
export interface RecordingRecorder extends Recorder {
  readonly spans: readonly Span[];
  readonly exchanges: readonly PendingExchange[];
}

/** @param sampled Whether new traces are sampled. Default true. */
export function createRecordingRecorder(sampled = true, slowMs = 1_000): RecordingRecorder {
  const spans: Span[] = [];
  const exchanges: PendingExchange[] = [];
  return {
    enabled: true,
    sampleNewTrace: () => sampled,
    slowMs,
    span: (span) => void spans.push(span),
    exchange: (exchange) => void exchanges.push(exchange),
    spans,
    exchanges,
  };
}
