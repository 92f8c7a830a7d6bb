import { ShoalError } from "../core/errors.ts";
import type { HttpReply } from "../core/message.ts";
import type { Failure } from "../core/outcome.ts";
import type { Call } from "./call.ts";

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

function whereOf({ attempts, unsent, instance, verdict }: Call): string {
  if (attempts === 0) return "";
  const count = `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
  const never = unsent === 0 ? "" : `, ${unsent} never sent`;
  const why = verdict === "" ? "" : `; not tried again: ${verdict}`;
  return ` (last at ${instance}, ${count}${never}${why})`;
}
