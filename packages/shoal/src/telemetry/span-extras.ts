import type { TraceContext } from "../core/trace-context.ts";
import type { AttributeValue, SpanEvent, SpanLink, SpanStatus } from "./records.ts";

/** What others say of a span that Shoal makes: a handler about the request it serves. */
export interface SpanExtras {
  name: string | undefined;
  status: SpanStatus;
  statusMessage: string;
  readonly attributes: Record<string, AttributeValue>;
  readonly events: SpanEvent[];
  readonly links: SpanLink[];
}

/** The time of an event that happened when the span was about to end, for those who have no clock. */
export const AT_END = 0;

/** By the trace's identity, which all copies of a request's context share. */
const extras = new WeakMap<TraceContext, SpanExtras>();
/** Most requests have none: then nothing is looked up. */
let isUsed = false;

export function newExtras(): SpanExtras {
  return { name: undefined, status: "unset", statusMessage: "", attributes: {}, events: [], links: [] };
}

/** What was said of the current span of a trace, to add to. */
export function extrasFor(trace: TraceContext): SpanExtras {
  const known = extras.get(trace);
  if (known) return known;
  isUsed = true;
  const made = newExtras();
  extras.set(trace, made);
  return made;
}

/** What was said of the current span of a trace, or undefined. */
export function extrasOf(trace: TraceContext): SpanExtras | undefined {
  return isUsed ? extras.get(trace) : undefined;
}
