import type { Context } from "../../core/context.ts";
import { DEFAULT_CRITICALITY } from "../../core/criticality.ts";
import type { Headers } from "../../core/message.ts";
import { formatTraceparent } from "../../core/trace-context.ts";
import { HEADER } from "../../core/wire.ts";

/**
 * The headers of an attempt: the request's own, and what travels beside it (docs/wire.md).
 * @param remainingMs Time left, a whole number >= 1: relative, so that clocks need not agree.
 */
export function attemptHeaders(own: Headers, context: Context, remainingMs: number): Headers {
  const headers: Record<string, string> = { ...own };
  headers[HEADER.deadline] = String(remainingMs);
  headers[HEADER.attempt] = String(context.attempt);
  headers[HEADER.realm] = context.realm;
  if (context.criticality !== DEFAULT_CRITICALITY) headers[HEADER.criticality] = context.criticality;
  if (context.caller !== undefined) headers[HEADER.caller] = context.caller;
  // An app that traces by itself has set its own.
  if (own[HEADER.traceparent] === undefined) {
    headers[HEADER.traceparent] = formatTraceparent(context.trace);
    if (context.trace.state !== "") headers[HEADER.tracestate] = context.trace.state;
  }
  if (own[HEADER.baggage] === undefined && context.baggage !== "") headers[HEADER.baggage] = context.baggage;
  return headers;
}
