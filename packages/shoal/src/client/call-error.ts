import { ShoalError } from "../core/errors.ts";
import type { HttpReply } from "../core/message.ts";
import type { Failure } from "../core/outcome.ts";
import { attemptsSent, type Call, nameOf } from "./call.ts";
import { rememberHops } from "./failed-hops.ts";
import { accountOf, type RetryAccount } from "./retry/retry-account.ts";

/**
 * The error that leaves a call: which hop failed, at which instance, after how many attempts of how many and how much
 * of its time, whether it could have been tried again, and why it was not. Its advice is always `never`: this hop has
 * tried what can help, and a server that fails because of it passes that on (`x-shoal-retry: never`), or every hop
 * above would multiply the load.
 *
 * `details` has the same for programs: `service`, `operation`, `instance`, `attempts` (with those `unsent`),
 * `attemptsMax`, `elapsedMs`, `deadlineMs`, `retry` (`allowed`, `why`), and in `hops` the calls further down that it
 * failed for, if the callee said so. A callee's own details are kept beside them.
 *
 * @param error What the failure says, such as the callee's own problem document.
 */
export function callError(call: Call, failure: Failure<HttpReply>, error: ShoalError = failure.error): ShoalError {
  const { service, operation, instance, attempts, unsent, settings } = call;
  const retry = accountOf(call, failure);
  const details: Record<string, unknown> = {
    ...error.details,
    service,
    operation,
    ...(instance === "" ? {} : { instance }),
    attempts,
    unsent,
    attemptsMax: settings.attemptsMax,
    elapsedMs: Math.round(call.elapsedMs),
    deadlineMs: Math.round(call.deadlineMs),
    retry,
  };
  const made = new ShoalError(error.code, {
    message: withWhere(textOf(error), call, retry),
    status: error.status,
    hint: error.hint,
    retry: "never",
    details,
    cause: error.cause,
    origin: error.origin,
  });
  const hop = { service, operation, code: error.code, ...(instance === "" ? {} : { instance }) };
  const [, ...below] = rememberHops(made, hop, error.details["hops"]);
  if (below.length > 0) details["hops"] = below;
  else delete details["hops"];
  return made;
}

function textOf({ message }: ShoalError): string {
  return message.replace(/^\[[^\]]*\] /, "");
}

function withWhere(text: string, call: Call, { allowed, why }: RetryAccount): string {
  const hop = text.includes(nameOf(call)) ? "" : `${nameOf(call)}: `;
  const time = `after ${Math.round(call.elapsedMs)} of ${Math.round(call.deadlineMs)} ms`;
  const again = allowed ? `could have been tried again, but ${why}` : `not tried again: ${why}`;
  return `${text} (${hop}${attemptsText(call)}, ${time}; ${again})`;
}

function attemptsText(call: Call): string {
  const { attempts, unsent, instance, settings } = call;
  if (attempts === 0) return "never sent";
  if (attemptsSent(call) === 0)
    return `never sent in ${attempts} ${attempts === 1 ? "try" : "tries"}, last to ${instance}`;
  const besides = unsent === 0 ? "" : ` and ${unsent} never sent`;
  return `attempt ${attemptsSent(call)} of ${settings.attemptsMax}${besides}, last at ${instance}`;
}
