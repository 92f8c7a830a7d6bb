import { problemReply } from "../../contract/problem.ts";
import type { Cancellation } from "../../core/cancellation.ts";
import { type Clock, type Random, sleep } from "../../core/clock.ts";
import { cancellationOf } from "../../core/context.ts";
import { type ShoalError, shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { failure, type Outcome } from "../../core/outcome.ts";
import type { Ports } from "../../core/service.ts";
import { HEADER } from "../../core/wire.ts";
import type { Fault } from "../../discovery/fault.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import { type Call, type CallFilter, nameOf } from "../call.ts";
import { kindOfReply } from "../classify.ts";
import { faultMatches } from "./fault-match.ts";

export interface InjectFaultsParts {
  /** The instance that the attempt goes to. */
  readonly id: string;
  /** The faults that last now; undefined when there are none, which is the usual. */
  readonly faults: () => readonly Fault[] | undefined;
  readonly note: (event: EdgeEvent) => void;
}

/** What befalls one attempt: a wait, and then an answer without asking the instance, none at all, or the instance's own. */
interface Blow {
  readonly latencyMs: number;
  readonly end: { readonly kind: "none" } | { readonly kind: "error" | "drop"; readonly fault: Fault };
}

/**
 * Injects the faults that somebody asked for: what stands above sees what it would see of an instance that is slow,
 * answers with errors or does not answer. Its waits end with the attempt.
 */
export function injectFaults({ id, faults, note }: InjectFaultsParts, ports: Ports): CallFilter {
  return (call, context, next) => {
    const lasting = faults();
    if (lasting === undefined) return next(call, context);
    const matching = lasting.filter((fault) => faultMatches(fault, call, id, context.caller));
    const blow = blowOf(matching, ports.random);
    if (blow.latencyMs === 0 && blow.end.kind === "none") return next(call, context);
    note("fault");
    call.fault = { attempt: context.attempt, what: describe(blow) };
    return strike(blow, call, { clock: ports.clock, cancellation: cancellationOf(context) }, () => next(call, context));
  };
}

/** Each fault has one throw of the dice; the first that answers or drops is the last word. */
function blowOf(faults: readonly Fault[], random: Random): Blow {
  let latencyMs = 0;
  let end: Blow["end"] = { kind: "none" };
  for (const fault of faults) {
    latencyMs += fault.latencyMs;
    if (end.kind !== "none" || fault.errorRatio + fault.dropRatio === 0) continue;
    const thrown = random();
    if (thrown < fault.dropRatio) end = { kind: "drop", fault };
    else if (thrown < fault.dropRatio + fault.errorRatio) end = { kind: "error", fault };
  }
  return { latencyMs, end };
}

async function strike(
  { latencyMs, end }: Blow,
  call: Call,
  { clock, cancellation }: { readonly clock: Clock; readonly cancellation: Cancellation },
  send: () => Promise<Outcome<HttpReply>>,
): Promise<Outcome<HttpReply>> {
  if (latencyMs > 0 && !(await passes(sleep(clock, latencyMs, cancellation.signal)))) return unanswered(call);
  if (end.kind === "none") return send();
  if (end.kind === "error") return answered(call, end.fault);
  await ended(cancellation);
  return unanswered(call);
}

function passes(wait: Promise<void>): Promise<boolean> {
  return wait.then(
    () => true,
    () => false, // the attempt is over, and its timeout has said why
  );
}

function ended(cancellation: Cancellation): Promise<void> {
  return new Promise((resolve) => cancellation.subscribe({ onCancel: () => resolve() }));
}

function answered(call: Call, { id, status }: Fault): Outcome<HttpReply> {
  const error = injected(call, `fault ${id} answered with ${status}`, status);
  const reply = problemReply(error, call.service, { [HEADER.fault]: id });
  const kind = kindOfReply(reply);
  return kind === undefined ? { ok: true, reply } : failure(kind, error, reply);
}

function unanswered(call: Call): Outcome<HttpReply> {
  return failure("ambiguous", injected(call, "no answer was let through", 504));
}

function injected(call: Call, what: string, status: number): ShoalError {
  return shoalError("FAULT_INJECTED", { message: `${nameOf(call)}: ${what}, as somebody asked for`, status });
}

/** Such as "300 ms, 503 (fault 3fa9c1)", for a span. */
function describe({ latencyMs, end }: Blow): string {
  const wait = latencyMs === 0 ? [] : [`${latencyMs} ms`];
  if (end.kind === "none") return wait.join("");
  return [...wait, `${end.kind === "drop" ? "no answer" : end.fault.status} (fault ${end.fault.id})`].join(", ");
}
