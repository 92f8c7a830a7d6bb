import { decodeIntake } from "../intake/decode-intake.ts";
import type { Decoded } from "../intake/decoded.ts";
import type { IntakeBody, IntakeResult } from "./history.ts";
import type { Written } from "./history-writer.ts";

/** Unpacks and reads a body. Throws BODY_MALFORMED, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE. */
export function readBody(body: IntakeBody, nowMs: number): Decoded {
  return decodeIntake(body, nowMs);
}

/** What the sender is told. */
export function intakeResult(decoded: Decoded, written: Written, traceSpansMax: number): IntakeResult {
  const { spans, logs, exchanges, metrics } = decoded;
  const left = written.spansLeft + written.gaugesLeft;
  const given = spans.length + logs.length + exchanges.length + metrics.durations.length + metrics.gauges.length;
  return {
    accepted: given - left,
    rejected: decoded.rejected + left,
    reason: decoded.reason || reasonOf(written, traceSpansMax),
    durations: metrics.durations,
  };
}

function reasonOf({ spansLeft, gaugesLeft }: Written, traceSpansMax: number): string {
  if (spansLeft > 0) return `a trace has more than ${traceSpansMax} spans`;
  return gaugesLeft > 0 ? "there are too many series of gauges" : "";
}
