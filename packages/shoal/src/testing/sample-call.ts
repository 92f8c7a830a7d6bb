import { type Call, newCall } from "../client/call.ts";
import { CALL_DEFAULTS } from "../client/policy.ts";
import type { Context } from "../core/context.ts";
import { SILENT_LOG } from "../core/log.ts";
import { newTrace } from "../core/trace-context.ts";
import { seededRandom } from "./seeded-random.ts";

/** A call of quotes.getQuote, a GET, before its first attempt. */
export function sampleCall(given: Partial<Call> = {}): Call {
  const call = newCall({
    service: "quotes",
    operation: "getQuote",
    request: { method: "GET", target: "/quotes/1", headers: {}, body: undefined },
    idempotent: true,
    settings: CALL_DEFAULTS,
    replyInMemory: true,
    signal: undefined,
  });
  return Object.assign(call, given);
}

/** The context of a call that began at 0 and has ten seconds. */
export function sampleContext(given: Partial<Context> = {}): Context {
  return {
    deadlineMs: 10_000,
    signal: new AbortController().signal,
    trace: newTrace(seededRandom(1)),
    baggage: "",
    caller: undefined,
    realm: "local",
    criticality: "default",
    attempt: 1,
    log: SILENT_LOG,
    ...given,
  };
}
