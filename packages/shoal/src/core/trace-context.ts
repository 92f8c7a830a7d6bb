import type { Random } from "./clock.ts";

/** W3C Trace Context, level 2 (https://www.w3.org/TR/trace-context-2/). */
export interface TraceContext {
  /** 32 lower-case hex digits, not all zero. */
  readonly traceId: string;
  /** The span that is current here; 16 lower-case hex digits, not all zero. */
  readonly spanId: string;
  /** The flags byte: SAMPLED and RANDOM; the bits without a meaning are never passed on. */
  readonly flags: number;
  /** The `tracestate` list as it is passed on, at most 512 characters of whole members; "" when absent or not valid. */
  readonly state: string;
  /** The span above the current one, of this process or its caller; absent for the first of a trace. */
  readonly parentSpanId?: string | undefined;
}

/** Bit 0 of the flags: who made the parent span may have recorded it, and so should those below. */
export const SAMPLED = 0x01;
/** Bit 1: the trace id's last seven bytes are random. */
const RANDOM = 0x02;

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;
/** Of version 00; later ones may add to it. */
const PARENT_CHARS = 55;
const ZERO_TRACE = "0".repeat(32);
const ZERO_SPAN = "0".repeat(16);

/** No trace: what is made from it begins a new one. */
export const NO_TRACE: TraceContext = Object.freeze({ traceId: ZERO_TRACE, spanId: ZERO_SPAN, flags: 0, state: "" });

/**
 * Reads `traceparent` and `tracestate`. Returns undefined when the parent is absent or not valid, and so also when
 * there were several, which reach us joined by commas.
 */
export function parseTrace(traceparent: string | undefined, tracestate: string | undefined): TraceContext | undefined {
  // `exec` would cut five strings out of it, of which two are wanted.
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return undefined;
  if (traceparent.startsWith("ff") || (traceparent.startsWith("00") && traceparent.length > PARENT_CHARS)) {
    return undefined;
  }
  const traceId = traceparent.slice(3, 35);
  const spanId = traceparent.slice(36, 52);
  if (traceId === ZERO_TRACE || spanId === ZERO_SPAN) return undefined;
  return {
    traceId,
    spanId,
    // both bits are in the last of the two digits
    flags: Number.parseInt(traceparent.charAt(54), 16) & (SAMPLED | RANDOM),
    state: tracestate === undefined ? "" : stateOf(tracestate),
  };
}

export function formatTraceparent(trace: TraceContext): string {
  return `00-${trace.traceId}-${trace.spanId}-0${(trace.flags & (SAMPLED | RANDOM)).toString()}`;
}

/** The flags of a new trace. */
export function newFlags(sampled: boolean): number {
  return sampled ? RANDOM | SAMPLED : RANDOM;
}

/** A new trace with random ids. */
export function newTrace(random: Random, sampled = true): TraceContext {
  return {
    traceId: randomHex(random, 4),
    spanId: randomHex(random, 2),
    flags: newFlags(sampled),
    state: "",
    parentSpanId: undefined,
  };
}

/** The same trace with a new current span. */
export function childTrace(parent: TraceContext, random: Random): TraceContext {
  const { traceId, spanId, flags, state } = parent;
  return { traceId, spanId: randomHex(random, 2), flags, state, parentSpanId: spanId };
}

const STATE_CHARS_MAX = 512;
const MEMBERS_MAX = 32;
/** Long members are the first to go when a list is cut: the recommendation's advice (section 3.3.1.5). */
const LONG_MEMBER_CHARS = 128;
/**
 * One with an "@" is held to tenant@system of level 1, as the W3C's own test suite holds it: level 2's grammar takes
 * "@" for any other character, but receivers that know tenants do not.
 */
const KEY = /^(?:[a-z0-9][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/;
/** Printable ASCII without "," and "=", not ending in a space, 1 to 256 characters. */
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/**
 * What is passed on of a `tracestate`: "" for a list that is not valid (a key or value of other characters, a key
 * twice, over 32 members), for nobody could say which part of it to believe. A valid list that is longer than 512
 * characters loses whole members: first those over 128 characters, then those at its end, the oldest.
 */
function stateOf(header: string): string {
  if (header === "" || header.length > 2 * MEMBERS_MAX * 514) return "";
  const members = header
    .split(",")
    .map(trimmed)
    .filter((member) => member !== "");
  const keys = new Set<string>();
  for (const member of members) {
    const at = member.indexOf("=");
    const key = member.slice(0, at);
    if (at < 1 || keys.has(key) || !KEY.test(key) || !VALUE.test(member.slice(at + 1))) return "";
    keys.add(key);
  }
  return members.length > MEMBERS_MAX ? "" : cut(members).join(",");
}

function cut(members: string[]): readonly string[] {
  let chars = members.reduce((sum, member) => sum + member.length + 1, -1);
  const drop = (index: number) => {
    chars -= (members[index]?.length ?? 0) + 1;
    members.splice(index, 1);
  };
  for (let index = members.length - 1; index >= 0 && chars > STATE_CHARS_MAX; index -= 1) {
    if ((members[index]?.length ?? 0) > LONG_MEMBER_CHARS) drop(index);
  }
  while (chars > STATE_CHARS_MAX) drop(members.length - 1);
  return members;
}

/** Without the spaces and tabs that HTTP allows around a list's members. */
function trimmed(member: string): string {
  return member.replace(/^[ \t]+|[ \t]+$/g, "");
}

/** `words` times 8 hex digits, never all zero. */
export function randomHex(random: Random, words: number): string {
  let hex = "";
  for (let word = 0; word < words; word += 1) {
    const value = Math.floor(random() * 2 ** 32) || (word === 0 ? 1 : 0);
    hex += wordHex(value);
  }
  return hex;
}

/** The lower 32 bits of an integer as 8 hex digits. */
export function wordHex(value: number): string {
  return byteHex(value >>> 24) + byteHex(value >>> 16) + byteHex(value >>> 8) + byteHex(value);
}

/** By table, because each request takes six words: `toString` and `padStart` were a twentieth of a server's work. */
const BYTE_HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function byteHex(value: number): string {
  return BYTE_HEX[value & 0xff] ?? "";
}
