/** An attribute's value, as OpenTelemetry has it; a map or a list of mixed things is kept as its JSON text. */
export type AttributeValue = string | number | boolean | readonly (string | number | boolean)[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

export type SpanKind = "internal" | "server" | "client" | "producer" | "consumer";
export type SpanStatus = "unset" | "ok" | "error";

/** Something that happened at a moment of a span, such as an exception. */
export interface SpanEvent {
  readonly name: string;
  /** Unix ms, with fractions. */
  readonly timeMs: number;
  readonly attributes: Attributes;
}

/** Another span that this one has to do with. */
export interface SpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Attributes;
}

/** One finished piece of work, in the words of OpenTelemetry. Who did it is said once for all by the resource. */
export interface Span {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** "" for the first span of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: SpanKind;
  /** Unix ms, with fractions. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: SpanStatus;
  /** Why it failed, for people; "" otherwise. */
  readonly statusMessage: string;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /** The library that made it. */
  readonly scope: string;
}

/** What was seen of a body: at most the first 64 KiB, redacted. */
export interface CapturedBody {
  /** The whole body's length; of a body that is streamed, what had passed when the exchange ended. */
  readonly bytes: number;
  /** True when `text` is not all of it. */
  readonly truncated: boolean;
  readonly encoding: "utf8" | "base64";
  /** "" when it was not captured at all. */
  readonly text: string;
}

/** A request or a reply, as recorded: secrets are already replaced. */
export interface CapturedMessage {
  /** In the order of the wire, names in lower case; a header that came twice is there twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: CapturedBody;
}

/** One try of a recorded call. */
export interface ExchangeAttempt {
  /** The instance it went to; "" when none was found. */
  readonly instance: string;
  /** After the start of the call. */
  readonly afterMs: number;
  readonly durationMs: number;
  /** 0 without a reply. */
  readonly status: number;
  /** A ShoalError's code, or "". */
  readonly error: string;
}

/** One recorded request and its reply, as its caller or as its server saw it. */
export interface Exchange {
  /** 32 lower-case hex digits of its own. */
  readonly id: string;
  readonly side: "client" | "server";
  readonly traceId: string;
  /** The span of the call (client) or of the served request (server). */
  readonly spanId: string;
  /** Client: the service called, or the host of the world outside. Server: the calling service, "" when unknown. */
  readonly peer: string;
  /** True for a call to something that is no service of the fleet. */
  readonly external: boolean;
  /** The contract's operation, "GET /path" without one. */
  readonly operation: string;
  /** Upper case. */
  readonly method: string;
  /** Absolute, such as "http://quotes.service/quotes/42?limit=1"; secrets in its query are replaced. */
  readonly url: string;
  /** 0 when there was no reply. */
  readonly status: number;
  /** Unix ms, with fractions. */
  readonly startMs: number;
  readonly durationMs: number;
  /** "CODE: message" when it failed without a reply; "" otherwise. */
  readonly error: string;
  /** Of a client; at most 20. A server has none. */
  readonly attempts: readonly ExchangeAttempt[];
  readonly request: CapturedMessage;
  /** null when there was no reply. */
  readonly reply: CapturedMessage | null;
}
