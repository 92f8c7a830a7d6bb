import { type Context, currentContext } from "../../core/context.ts";
import { formatTraceparent } from "../../core/trace-context.ts";
import { HEADER } from "../../core/wire.ts";

/**
 * What a call says about the request in which it is made: its trace, its baggage and the time that is left. Empty
 * outside of a request. Only for calls to services: nobody else is told anything.
 * @param nowMs On the scale of `Context.deadlineMs`.
 */
export function outgoingHeaders(
  nowMs: number,
  context: Context | undefined = currentContext(),
): Readonly<Record<string, string>> {
  if (!context) return {};
  const { trace, baggage, deadlineMs } = context;
  return {
    [HEADER.traceparent]: formatTraceparent(trace),
    ...(trace.state === "" ? {} : { [HEADER.tracestate]: trace.state }),
    ...(baggage === "" ? {} : { [HEADER.baggage]: baggage }),
    ...(Number.isFinite(deadlineMs) ? { [HEADER.deadline]: String(Math.max(0, Math.floor(deadlineMs - nowMs))) } : {}),
  };
}
