import type {
  Attributes,
  AttributeValue,
  Exception,
  Link,
  Span,
  SpanContext,
  SpanStatus,
  TimeInput,
} from "@opentelemetry/api";
import type { SpanEvent } from "../records.ts";
import type { SpanExtras } from "../span-extras.ts";
import { unixMsOf } from "./times.ts";

/** Most attributes, events and links of one span; OpenTelemetry's own default. */
const ENTRIES_MAX = 128;
const STRING_CHARS_MAX = 8_192;

/** OpenTelemetry's numbers of a status. */
const STATUSES = ["unset", "ok", "error"] as const;

/**
 * A span as user code sees it: what is said of it goes into `extras` until it ends. For the span of the request being
 * served, `onEnd` does nothing: Shoal ends that itself.
 */
export class UserSpan implements Span {
  readonly #context: SpanContext;
  readonly #extras: SpanExtras;
  readonly #nowMs: () => number;
  readonly #onEnd: (endMs: number) => void;
  #ended = false;

  constructor(context: SpanContext, extras: SpanExtras, nowMs: () => number, onEnd: (endMs: number) => void) {
    this.#context = context;
    this.#extras = extras;
    this.#nowMs = nowMs;
    this.#onEnd = onEnd;
  }

  spanContext(): SpanContext {
    return this.#context;
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (!this.#ended) addAttribute(this.#extras.attributes, key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    for (const [key, value] of Object.entries(attributes)) if (value !== undefined) this.setAttribute(key, value);
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    const { events } = this.#extras;
    if (this.#ended || events.length >= ENTRIES_MAX) return this;
    const isTime =
      typeof attributesOrTime === "number" || Array.isArray(attributesOrTime) || attributesOrTime instanceof Date;
    const timeMs = unixMsOf(isTime ? (attributesOrTime as TimeInput) : time, this.#nowMs);
    events.push({ name: cut(name), timeMs, attributes: attributesIn(isTime ? {} : (attributesOrTime as Attributes)) });
    return this;
  }

  addLink({ context, attributes }: Link): this {
    const { links } = this.#extras;
    if (this.#ended || links.length >= ENTRIES_MAX) return this;
    links.push({ traceId: context.traceId, spanId: context.spanId, attributes: attributesIn(attributes) });
    return this;
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  /** As OpenTelemetry has it: OK is final, and an unset status changes nothing. */
  setStatus({ code, message }: SpanStatus): this {
    const status = STATUSES[code] ?? "unset";
    if (this.#ended || status === "unset" || this.#extras.status === "ok") return this;
    this.#extras.status = status;
    this.#extras.statusMessage = status === "error" ? cut(message ?? "") : "";
    return this;
  }

  updateName(name: string): this {
    if (!this.#ended) this.#extras.name = cut(name);
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    const error = typeof exception === "string" ? { message: exception } : exception;
    const { message, name, code, stack } = error as { message?: string; name?: string; code?: unknown; stack?: string };
    const type = code === undefined ? name : String(code);
    this.addEvent(
      "exception",
      {
        ...(type === undefined ? {} : { "exception.type": type }),
        ...(message === undefined ? {} : { "exception.message": message }),
        ...(stack === undefined ? {} : { "exception.stacktrace": stack }),
      },
      time,
    );
  }

  isRecording(): boolean {
    return !this.#ended;
  }

  end(endTime?: TimeInput): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(unixMsOf(endTime, this.#nowMs));
  }
}

/** A bounded copy; values of another shape than OpenTelemetry allows are left out. */
function attributesIn(given: Attributes | undefined): SpanEvent["attributes"] {
  const attributes: Record<string, AttributeOfOurs> = {};
  for (const [key, value] of Object.entries(given ?? {})) if (value !== undefined) addAttribute(attributes, key, value);
  return attributes;
}

type AttributeOfOurs = SpanEvent["attributes"][string];

function addAttribute(attributes: Record<string, AttributeOfOurs>, key: string, value: unknown): void {
  const isNew = !Object.hasOwn(attributes, key);
  if (key === "" || key === "__proto__" || (isNew && Object.keys(attributes).length >= ENTRIES_MAX)) return;
  if (Array.isArray(value)) attributes[key] = value.slice(0, ENTRIES_MAX).filter(isScalar).map(cutScalar);
  else if (isScalar(value)) attributes[key] = cutScalar(value);
  else if (typeof value === "object" && value !== null) attributes[key] = cut(jsonOf(value));
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function cutScalar(value: string | number | boolean): string | number | boolean {
  return typeof value === "string" ? cut(value) : value;
}

function cut(text: string): string {
  return text.length <= STRING_CHARS_MAX ? text : text.slice(0, STRING_CHARS_MAX);
}

function jsonOf(value: object): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "[unreadable]";
  }
}
