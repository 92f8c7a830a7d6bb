import { NEVER_CANCELLED } from "../core/cancellation.ts";
import { type Context, cancellationOf, currentTrace, LazyContext } from "../core/context.ts";
import { DEFAULT_CRITICALITY } from "../core/criticality.ts";
import { LazyTrace } from "../core/lazy-trace.ts";
import { childTrace, NO_TRACE, newFlags, newTrace, type TraceContext } from "../core/trace-context.ts";
import { openTelemetry } from "../telemetry/open-telemetry/notice.ts";
import type { CallSettings } from "./policy.ts";
import { type Runtime, recorderOf } from "./runtime.ts";

/** Kept back from an inherited deadline, in ms: the answer has to travel up again. */
const DEADLINE_MARGIN_MS = 5;

/**
 * The context of a call: of the request it is made for, when there is one, it inherits trace, baggage, realm,
 * criticality, cancellation and a deadline that it can shorten but not stretch.
 */
export function contextOfCall(
  runtime: Pick<Runtime, "ports" | "identity" | "log" | "recorder">,
  settings: Pick<CallSettings, "deadlineMs" | "criticality">,
  parent: Context | undefined,
  nowMs: number,
): Context {
  openTelemetry.join?.();
  const { identity, log } = runtime;
  const ownMs = nowMs + settings.deadlineMs;
  const values = {
    deadlineMs: parent ? Math.min(ownMs, parent.deadlineMs - DEADLINE_MARGIN_MS) : ownMs,
    trace: traceOfCall(runtime, parent, nowMs),
    baggage: parent?.baggage ?? "",
    caller: identity.service === "" ? undefined : identity.service,
    realm: parent?.realm ?? identity.realm,
    criticality: settings.criticality ?? parent?.criticality ?? DEFAULT_CRITICALITY,
    attempt: 1,
    log: parent?.log ?? log,
  };
  // nobody leaves a call that is made outside of a request
  return new LazyContext(values, parent ? cancellationOf(parent) : NEVER_CANCELLED);
}

/** The trace of a call: a span below its parent's, or a trace of its own whose recording is decided here. */
export function traceOfCall(
  runtime: Pick<Runtime, "ports" | "recorder">,
  parent: Pick<Context, "trace"> | undefined,
  nowMs?: number,
): TraceContext {
  const { random } = runtime.ports;
  const trace = parent === undefined ? currentTrace() : parent.trace;
  if (trace instanceof LazyTrace) return new LazyTrace(trace, random);
  if (trace !== undefined && trace.spanId !== NO_TRACE.spanId) return childTrace(trace, random);
  const sampled = recorderOf(runtime)?.sampleNewTrace(nowMs) ?? true;
  return sampled ? newTrace(random, true) : new LazyTrace(undefined, random, newFlags(false));
}
