import type { Random } from "./clock.ts";

/** W3C Trace Context, level 2 (https://www.w3.org/TR/trace-context-2/). */
export interface TraceContext {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** The span that is current here; 16 lower-case hex digits, not all zero. */
  readonly spanId: string;
  /** The flags byte: bit 0 sampled, bit 1 random. */
  readonly flags: number;
  /** The `tracestate` header as received, at most 512 characters; "" when absent. */
  readonly state: string;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZERO_TRACE = "0".repeat(32);
const ZERO_SPAN = "0".repeat(16);
const STATE_CHARS_MAX = 512;
/** Sampled, and the trace id is random. */
const FLAGS_NEW = 0x03;

/** Reads `traceparent` and `tracestate`. Returns undefined when the parent is absent or not valid. */
export function parseTrace(traceparent: string | undefined, tracestate: string | undefined): TraceContext | undefined {
  const parts = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  if (!parts) return undefined;
  const [, version, traceId = ZERO_TRACE, spanId = ZERO_SPAN, flags = "00", rest] = parts;
  if (version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  if (traceId === ZERO_TRACE || spanId === ZERO_SPAN) return undefined;
  const state = tracestate !== undefined && tracestate.length <= STATE_CHARS_MAX ? tracestate : "";
  return { traceId, spanId, flags: Number.parseInt(flags, 16), state };
}

export function formatTraceparent(trace: TraceContext): string {
  return `00-${trace.traceId}-${trace.spanId}-${trace.flags.toString(16).padStart(2, "0")}`;
}

/** A new trace, sampled, with random ids. */
export function newTrace(random: Random): TraceContext {
  return { traceId: randomHex(random, 4), spanId: randomHex(random, 2), flags: FLAGS_NEW, state: "" };
}

/** The same trace with a new current span. */
export function childTrace(parent: TraceContext, random: Random): TraceContext {
  return { ...parent, spanId: randomHex(random, 2) };
}

/** `words` times 8 hex digits, never all zero. */
export function randomHex(random: Random, words: number): string {
  let hex = "";
  for (let word = 0; word < words; word += 1) {
    const value = Math.floor(random() * 2 ** 32) || (word === 0 ? 1 : 0);
    hex += byteHex(value >>> 24) + byteHex(value >>> 16) + byteHex(value >>> 8) + byteHex(value);
  }
  return hex;
}

/** By table, because each request takes six words: `toString` and `padStart` were a twentieth of a server's work. */
const BYTE_HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function byteHex(value: number): string {
  return BYTE_HEX[value & 0xff] ?? "";
}
