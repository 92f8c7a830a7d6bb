import type { SpanKind, SpanStatus } from "../../telemetry/records.ts";
import type { LogLevel } from "../api/schemas/logs.ts";
import type { Plain } from "./any-value.ts";
import { type AttributeBag, createBag } from "./attribute-bag.ts";
import { type Instant, NO_INSTANT } from "./instant.ts";

/** A span as its encoding had it, not checked yet. */
export interface SpanDraft {
  /** Hex, of any length. */
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  kind: SpanKind;
  start: Instant;
  end: Instant;
  status: SpanStatus;
  statusMessage: string;
  readonly bag: AttributeBag;
  readonly events: EventDraft[];
  readonly links: LinkDraft[];
  droppedAttributes: number;
  droppedEvents: number;
  droppedLinks: number;
}

export interface EventDraft {
  name: string;
  at: Instant;
  readonly bag: AttributeBag;
}

export interface LinkDraft {
  traceId: string;
  spanId: string;
  readonly bag: AttributeBag;
}

export interface LogDraft {
  at: Instant;
  observed: Instant;
  level: LogLevel;
  body: Plain;
  traceId: string;
  spanId: string;
  readonly bag: AttributeBag;
  droppedAttributes: number;
}

export function createSpanDraft(): SpanDraft {
  return {
    traceId: "",
    spanId: "",
    parentSpanId: "",
    name: "",
    kind: "internal",
    start: NO_INSTANT,
    end: NO_INSTANT,
    status: "unset",
    statusMessage: "",
    bag: createBag(),
    events: [],
    links: [],
    droppedAttributes: 0,
    droppedEvents: 0,
    droppedLinks: 0,
  };
}

export function createEventDraft(): EventDraft {
  return { name: "", at: NO_INSTANT, bag: createBag() };
}

export function createLinkDraft(): LinkDraft {
  return { traceId: "", spanId: "", bag: createBag() };
}

export function createLogDraft(): LogDraft {
  return {
    at: NO_INSTANT,
    observed: NO_INSTANT,
    level: "info",
    body: null,
    traceId: "",
    spanId: "",
    bag: createBag(),
    droppedAttributes: 0,
  };
}

const KINDS: readonly SpanKind[] = ["internal", "internal", "server", "client", "producer", "consumer"];

/** By the number that SpanKind has in trace.proto; "internal" for what is none, as that asks. */
export function spanKindOf(number: number): SpanKind {
  return KINDS[number] ?? "internal";
}

const STATUSES: readonly SpanStatus[] = ["unset", "ok", "error"];

/** By the number that StatusCode has in trace.proto. */
export function spanStatusOf(number: number): SpanStatus {
  return STATUSES[number] ?? "unset";
}

const LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error", "fatal"];
const LEVEL_WORDS: readonly (readonly [RegExp, LogLevel])[] = [
  [/^(trace|verbose|finest)/i, "trace"],
  [/^(debug|fine)/i, "debug"],
  [/^warn/i, "warn"],
  [/^(err|severe)/i, "error"],
  [/^(fatal|crit|alert|emerg|panic)/i, "fatal"],
];

/**
 * The level of a log record.
 * @param number SeverityNumber of logs.proto, four to each level; 0 when it did not say: then its text decides.
 */
export function levelOf(number: number, text: string): LogLevel {
  if (number >= 1 && number <= 24) return LEVELS[Math.floor((number - 1) / 4)] ?? "info";
  return LEVEL_WORDS.find(([word]) => word.test(text))?.[1] ?? "info";
}
