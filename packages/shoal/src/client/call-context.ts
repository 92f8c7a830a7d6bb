import type { Context } from "../core/context.ts";
import { childTrace, NO_TRACE, newTrace, type TraceContext } from "../core/trace-context.ts";
import { type Runtime, recorderOf } from "./runtime.ts";

/** Kept back from an inherited deadline, in ms: the answer has to travel up again. */
const DEADLINE_MARGIN_MS = 5;

/** For calls made outside of a request: nobody leaves. */
const NEVER: AbortSignal = new AbortController().signal;

/**
 * The context of a call: of the request it is made for, when there is one, it inherits trace, baggage, realm,
 * cancellation and a deadline that it can shorten but not stretch.
 */
export function contextOfCall(
  runtime: Pick<Runtime, "ports" | "identity" | "log" | "recorder">,
  deadlineMs: number,
  parent: Context | undefined,
): Context {
  const { ports, identity, log } = runtime;
  const { clock } = ports;
  const ownMs = clock.now() + deadlineMs;
  return {
    deadlineMs: parent ? Math.min(ownMs, parent.deadlineMs - DEADLINE_MARGIN_MS) : ownMs,
    signal: parent?.signal ?? NEVER,
    trace: traceOfCall(runtime, parent),
    baggage: parent?.baggage ?? "",
    caller: identity.service === "" ? undefined : identity.service,
    realm: parent?.realm ?? identity.realm,
    attempt: 1,
    log: parent?.log ?? log,
  };
}

/** The trace of a call: a span below its parent's, or a trace of its own whose recording is decided here. */
export function traceOfCall(
  runtime: Pick<Runtime, "ports" | "recorder">,
  parent: Pick<Context, "trace"> | undefined,
): TraceContext {
  const { random } = runtime.ports;
  if (parent && parent.trace.spanId !== NO_TRACE.spanId) return childTrace(parent.trace, random);
  return newTrace(random, recorderOf(runtime)?.sampleNewTrace() ?? true);
}
