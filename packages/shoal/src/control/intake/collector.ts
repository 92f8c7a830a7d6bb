import { redactExchange } from "../../telemetry/redact-exchange.ts";
import { redactLogRecord, redactSpan } from "../../telemetry/redact-span.ts";
import type { DurationPointOfIntake } from "../history/history.ts";
import type { Decoded, DecodedExchange, DecodedFrom, DecodedLog, DecodedSpan, GaugePoint } from "./decoded.ts";
import type { LogDraft, SpanDraft } from "./drafts.ts";
import { type Bounds, logOf, spanOf, wrongWith } from "./finish-record.ts";
import type { IntakeLimits } from "./limits.ts";

/**
 * Gathers the records of one body: what every encoding has to check is checked here. Records come from programs
 * of any kind, most of which redact nothing: their secrets end here.
 */
export interface Collector extends Bounds {
  /**
   * To be asked before each record or point is read: false when there were too many, and then it is to be passed over.
   * A body of nothing but empty records costs little so.
   */
  readonly begin: () => boolean;
  readonly span: (draft: SpanDraft, from: DecodedFrom, scope: string) => void;
  readonly log: (draft: LogDraft, from: DecodedFrom, scope: string) => void;
  readonly exchange: (exchange: DecodedExchange) => void;
  readonly duration: (point: DurationPointOfIntake) => void;
  readonly gauge: (point: GaugePoint) => void;
  /** A record that is left out, and why. */
  readonly reject: (reason: string) => void;
  readonly senderDropped: (dropped: Decoded["dropped"]) => void;
  readonly result: () => Omit<Decoded, "bytes">;
}

export function createCollector(limits: IntakeLimits, nowMs: number): Collector {
  const spans: DecodedSpan[] = [];
  const logs: DecodedLog[] = [];
  const exchanges: DecodedExchange[] = [];
  const durations: DurationPointOfIntake[] = [];
  const gauges: GaugePoint[] = [];
  let dropped: Decoded["dropped"] = { spans: 0, logs: 0, exchanges: 0 };
  let begun = 0;
  let rejected = 0;
  let reason = "";

  const reject = (why: string) => {
    rejected += 1;
    if (reason === "") reason = why;
  };

  const bounds: Bounds = { limits, nowMs };
  return {
    limits,
    nowMs,
    begin() {
      begun += 1;
      if (begun <= limits.recordsMax) return true;
      reject(`more than ${limits.recordsMax} records came at once`);
      return false;
    },
    span(draft, from, scope) {
      const wrong = wrongWith(draft, nowMs);
      if (wrong === undefined) spans.push(redactSpan(spanOf(draft, from, scope, bounds)));
      else reject(wrong);
    },
    log: (draft, from, scope) => void logs.push(redactLogRecord(logOf(draft, from, scope, bounds))),
    exchange: (exchange) => void exchanges.push(redactExchange(exchange)),
    duration: (point) => void durations.push(point),
    gauge: (point) => void gauges.push(point),
    reject,
    senderDropped(given) {
      dropped = given;
    },
    result: () => ({ spans, logs, exchanges, metrics: { durations, gauges }, dropped, rejected, reason }),
  };
}
