import type { Random } from "../../core/clock.ts";
import { type HttpReply, isReplayable } from "../../core/message.ts";
import type { Failure } from "../../core/outcome.ts";
import { attemptsSent, type Call } from "../call.ts";
import { isUnprocessed } from "../classify.ts";
import { backoffDelayMs } from "./backoff.ts";

/** Times one call may be moved on without reaching an instance (Envoy's five re-picks). */
export const REQUEUES_MAX = 5;

/** Whether to try again, and after what pause; or why not, for people. */
export type RetryDecision =
  | { readonly retry: true; readonly delayMs: number }
  | { readonly retry: false; readonly why: string };

export interface RetryFacts {
  /** Until the call's deadline. */
  readonly remainingMs: number;
  /** What an attempt usually takes; a retry that cannot end in time helps nobody. */
  readonly expectedMs: number;
  readonly random: Random;
}

/** Decides on a retry; the budget has the last word, elsewhere. */
export function decideRetry(call: Call, outcome: Failure<HttpReply>, facts: RetryFacts): RetryDecision {
  const objection = objectionTo(call, outcome);
  if (objection !== undefined) return { retry: false, why: objection };
  const retry = Math.max(0, call.attempts - 1);
  const spareMs = Math.max(0, facts.remainingMs - facts.expectedMs);
  // A retry soon is better than none in a call with little time.
  const backoffMsMax = Math.min(call.settings.backoffMsMax, spareMs / 2);
  const backoffMs = backoffDelayMs(retry, { ...call.settings, backoffMsMax }, facts.random);
  const delayMs = Math.max(backoffMs, outcome.retryAfterMs ?? 0);
  if (delayMs + facts.expectedMs >= facts.remainingMs) {
    return { retry: false, why: `${Math.round(facts.remainingMs)} ms are too few for another attempt` };
  }
  return { retry: true, delayMs };
}

/** What forbids sending this call again after such a failure, whatever the time and the budget; undefined: nothing. */
export function objectionTo(call: Call, { kind }: Pick<Failure<HttpReply>, "kind">): string | undefined {
  const { request, settings, idempotent } = call;
  if (kind === "final") return "the failure is final";
  if (call.superseded) return "another request for the same call was faster";
  if (!isReplayable(request.body)) return "its body is a stream, which can be sent once";
  if (attemptsSent(call) >= settings.attemptsMax) return `${settings.attemptsMax} attempts are the most`;
  // what never reached an instance is free of that bound, but not of any
  if (call.attempts >= settings.attemptsMax + REQUEUES_MAX) return `it was moved on ${REQUEUES_MAX} times`;
  if (!isUnprocessed(kind) && !idempotent) return "it may have been processed, and it is not idempotent";
  if (kind !== "unsent" && (request.body?.byteLength ?? 0) > settings.replayBytesMax) {
    return `its body is over ${settings.replayBytesMax} bytes`;
  }
  return undefined;
}
