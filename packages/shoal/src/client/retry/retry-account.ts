import { type HttpReply, headerOf } from "../../core/message.ts";
import type { Failure } from "../../core/outcome.ts";
import { HEADER } from "../../core/wire.ts";
import { attemptsSent, type Call } from "../call.ts";
import { objectionTo } from "./decision.ts";

/** Whether a call that failed could have been tried again, and why it was not, for people. */
export interface RetryAccount {
  readonly allowed: boolean;
  readonly why: string;
}

/** What became of the last try decides; `call.verdict` is what the retry filter said of it. */
export function accountOf(call: Call, failure: Failure<HttpReply>): RetryAccount {
  if (call.verdict !== "") return { allowed: false, why: call.verdict };
  const { error, reply } = failure;
  if (reply !== undefined) return { allowed: false, why: whyFinal(reply) };
  if (error.origin !== undefined) return { allowed: false, why: ANSWERED };
  // Ended from outside: nothing may have stood against another try.
  if (error.code === "DEADLINE_EXCEEDED") return unlessForbidden(call, "its time was over");
  if (error.code === "CANCELLED") return unlessForbidden(call, "its caller has gone");
  return { allowed: false, why: WHY[error.code] ?? ANSWERED };
}

const ANSWERED = "another try would be answered the same";

const WHY: Readonly<Record<string, string>> = {
  INTERNAL: "the client itself failed",
  LIMIT_REACHED: "too many calls wait for an instance",
  NO_INSTANCE: "there was no instance to go to",
  SERVICE_UNKNOWN: "nobody knows this service",
  THROTTLED: "the service refuses most requests, and more of them would not help it",
};

function whyFinal({ headers }: HttpReply): string {
  if (headerOf(headers, HEADER.nack) === "final") return "the instance says that nobody waits for the answer any more";
  if (headerOf(headers, HEADER.retry) === "never") return "the service says that no retry helps";
  return ANSWERED;
}

function unlessForbidden(call: Call, why: string): RetryAccount {
  const objection = objectionTo(call, { kind: attemptsSent(call) > 0 ? "ambiguous" : "unsent" });
  return objection === undefined ? { allowed: true, why } : { allowed: false, why: objection };
}
