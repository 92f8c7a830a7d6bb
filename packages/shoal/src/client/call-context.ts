import type { Context } from "../core/context.ts";
import { childTrace, newTrace } from "../core/trace-context.ts";
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
  const { clock, random } = ports;
  const ownMs = clock.now() + deadlineMs;
  return {
    deadlineMs: parent ? Math.min(ownMs, parent.deadlineMs - DEADLINE_MARGIN_MS) : ownMs,
    signal: parent?.signal ?? NEVER,
    trace: parent ? childTrace(parent.trace, random) : newTrace(random, recorderOf(runtime)?.sampleNewTrace() ?? true),
    baggage: parent?.baggage ?? "",
    caller: identity.service === "" ? undefined : identity.service,
    realm: parent?.realm ?? identity.realm,
    attempt: 1,
    log: parent?.log ?? log,
  };
}
