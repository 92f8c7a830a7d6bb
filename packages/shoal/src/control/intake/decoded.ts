import type { Attributes, Exchange, Span } from "../../telemetry/records.ts";
import type { LogLevel } from "../api/schemas/logs.ts";
import type { DurationPointOfIntake } from "../history/history.ts";

/** Who sent a record. All records of one sender in a body share one `resource` object: it can be stored once. */
export interface DecodedFrom {
  /** 1 to 128 characters; "unknown_service" when it did not say. */
  readonly service: string;
  /** 1 to 128 characters; the service's name when it did not say. */
  readonly instance: string;
  readonly resource: Attributes;
}

export interface DecodedSpan extends Span, DecodedFrom {}

/** A log record that came over the network: a LogEntry but for its number. */
export interface DecodedLog extends DecodedFrom {
  /** Unix ms, with fractions. */
  readonly timeMs: number;
  readonly level: LogLevel;
  /** Its body; of a body that is no text its JSON. */
  readonly text: string;
  /** 32 lower-case hex digits, or "". */
  readonly traceId: string;
  /** 16 lower-case hex digits, or "". */
  readonly spanId: string;
  readonly fields: Attributes;
  readonly scope: string;
}

export interface DecodedExchange extends Exchange, DecodedFrom {}

/** One point of a gauge or of a sum; of other histograms and summaries their "NAME.count" and "NAME.sum". */
export interface GaugePoint {
  readonly service: string;
  readonly instance: string;
  /** As its exporter named it, such as "process.memory.usage". */
  readonly name: string;
  /** UCUM, such as "By" or "s"; "" when it did not say. */
  readonly unit: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Unix ms, with fractions. */
  readonly timeMs: number;
  readonly value: number;
  /** "gauge" is a value of that moment; "cumulative" has grown since `startMs`, "delta" since the point before. */
  readonly kind: "gauge" | "cumulative" | "delta";
  /** Unix ms; 0 of a gauge, and when it did not say. */
  readonly startMs: number;
}

/** What was in a body. */
export interface Decoded {
  /** Of the body after unpacking. */
  readonly bytes: number;
  readonly spans: readonly DecodedSpan[];
  readonly logs: readonly DecodedLog[];
  readonly exchanges: readonly DecodedExchange[];
  readonly metrics: { readonly durations: readonly DurationPointOfIntake[]; readonly gauges: readonly GaugePoint[] };
  /** What the sender says it dropped since its last body. */
  readonly dropped: { readonly spans: number; readonly logs: number; readonly exchanges: number };
  /** Records that were left out, because they were not valid. */
  readonly rejected: number;
  /** Why the first of them was; "" without any. */
  readonly reason: string;
}
