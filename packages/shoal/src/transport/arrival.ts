import type { Cancellation } from "../core/cancellation.ts";
import { type Context, type ContextValues, LazyContext } from "../core/context.ts";
import { DEFAULT_CRITICALITY } from "../core/criticality.ts";
import { SILENT_LOG } from "../core/log.ts";
import { NO_TRACE } from "../core/trace-context.ts";

/**
 * The context that a transport hands to a Handler. All it knows is whether the caller is still there: the rest comes
 * in the request's headers, and the server reads it from them whatever the transport.
 * @param signal Aborted when the caller has gone.
 */
export function arrivingContext(signal: AbortSignal): Context {
  return { ...ARRIVING, signal };
}

const ARRIVING: ContextValues = Object.freeze({
  deadlineMs: Number.POSITIVE_INFINITY,
  trace: NO_TRACE,
  baggage: "",
  caller: undefined,
  realm: "",
  criticality: DEFAULT_CRITICALITY,
  attempt: 1,
  log: SILENT_LOG,
});

/** The same for a transport that makes a signal only when somebody reads it. */
export function arrivingAt(cancellation: Cancellation): Context {
  return new LazyContext(ARRIVING, cancellation);
}
