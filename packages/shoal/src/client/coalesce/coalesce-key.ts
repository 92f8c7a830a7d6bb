import type { Context } from "../../core/context.ts";
import { HEADER } from "../../core/wire.ts";
import type { CallRequest } from "../call.ts";

/** Say whose trace a request belongs to, and change nothing in its reply. */
const TRACE_HEADERS: ReadonlySet<string> = new Set([HEADER.traceparent, HEADER.tracestate]);

/**
 * What two calls must have in common to share a reply; undefined for a call that shares with none: it is no GET or HEAD,
 * has a body, or takes its reply as a stream, which can be read once. Every header counts, so that nobody gets what was
 * answered to another's authorization or cookie; so do realm, criticality and baggage, which travel beside it.
 */
export function coalesceKey({ operation, request, replyInMemory }: CallRequest, context: Context): string | undefined {
  const { method, target, headers, body } = request;
  if ((method !== "GET" && method !== "HEAD") || body !== undefined || !replyInMemory) return undefined;
  const own = Object.entries(headers)
    .filter(([name]) => !TRACE_HEADERS.has(name))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([method, target, operation, context.realm, context.criticality, context.baggage, own]);
}
