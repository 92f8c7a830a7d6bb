import { ShoalError } from "../core/errors.ts";
import type { HttpReply } from "../core/message.ts";
import type { Failure } from "../core/outcome.ts";
import { attemptsSent, type Call } from "./call.ts";

/**
 * The error that leaves a call: which hop failed, after how many attempts, and why there was no other. Its advice is
 * always `never`: this hop has tried what can help, and a server that fails because of it passes that on
 * (`x-shoal-retry: never`), or every hop above would multiply the load.
 *
 * @param error What the failure says, such as the callee's own problem document.
 */
export function callError(call: Call, failure: Failure<HttpReply>, error: ShoalError = failure.error): ShoalError {
  const { service, operation, instance, attempts, verdict } = call;
  return new ShoalError(error.code, {
    message: `${textOf(error)}${whereOf(call)}`,
    status: error.status,
    hint: error.hint,
    retry: "never",
    details: {
      ...error.details,
      service,
      operation,
      ...(instance === "" ? {} : { instance }),
      attempts,
      retry: verdict === "" ? "the failure is final" : verdict,
    },
    cause: error.cause,
    origin: error.origin,
  });
}

function textOf({ message }: ShoalError): string {
  return message.replace(/^\[[^\]]*\] /, "");
}

function whereOf(call: Call): string {
  if (call.attempts === 0) return "";
  const sent = attemptsSent(call);
  const count = sent === call.attempts ? `attempt ${sent}` : `attempt ${call.attempts}, ${call.unsent} never sent`;
  const why = call.verdict === "" ? "" : `; not tried again: ${call.verdict}`;
  return ` (${call.instance}, ${count}${why})`;
}
