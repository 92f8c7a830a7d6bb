import { inspect } from "node:util";
import { type FailedHop, failedHops, hopsText } from "../client/failed-hops.ts";
import { type ErrorSpec, errorStatus, type Operation } from "../contract/operation.ts";
import { validate } from "../contract/validate.ts";
import { type Context, endOf, runInContext } from "../core/context.ts";
import {
  ERRORS,
  type ErrorCode,
  isShoalError,
  messageOf,
  type RetryAdvice,
  ShoalError,
  shoalError,
} from "../core/errors.ts";
import { AT_END, extrasFor } from "../telemetry/span-extras.ts";

/** What a caller is told of a value that a handler threw. */
export interface ThrownAnswer {
  readonly error: ShoalError;
  /** The handler meant it: the error is one of its contract, and the answer to the request. */
  readonly decided: boolean;
  /** What the service's own log should say, if anything. */
  readonly logged: string | undefined;
}

/** What a service says of itself under the toolkit's own code: guards, and the control plane about history and faults. */
const OWN: ReadonlySet<string> = new Set<ErrorCode>([
  "FAULT_REFUSED",
  "FAULT_UNKNOWN",
  "FORBIDDEN",
  "HISTORY_BUSY",
  "HISTORY_UNAVAILABLE",
]);
/** The callee could not be asked, or was too busy. */
const UNAVAILABLE: ReadonlySet<string> = new Set<ErrorCode>([
  "CONNECT_FAILED",
  "CONTROL_UNREACHABLE",
  "DRAINING",
  "LIMIT_REACHED",
  "NO_INSTANCE",
  "OVERLOADED",
  "SERVICE_UNKNOWN",
  "STORE_UNAVAILABLE",
  "THROTTLED",
]);
/** The callee was asked, and what came back was no answer. */
const UPSTREAM: ReadonlySet<string> = new Set<ErrorCode>(["CONNECTION_LOST", "REPLY_INVALID", "UPSTREAM_FAILED"]);

/**
 * What a caller is told of a thrown value:
 * - an error that the operation declares: itself;
 * - FORBIDDEN: itself, for guards need not be declared; likewise what the control plane says of its history and of faults;
 * - an error of a call the handler made: UPSTREAM_FAILED with 502, 503 or 504, or DEADLINE_EXCEEDED. Nothing of what
 *   the callee said, for that is between it and this service; but "never retry" is passed on, and to a caller that says
 *   who it is, which calls failed (`details.hops`);
 * - anything else: INTERNAL, which says nothing but where.
 * @param context The request's: once it is aborted, a handler that throws for that is answered DEADLINE_EXCEEDED.
 */
export async function answerToThrown(thrown: unknown, operation: Operation, context: Context): Promise<ThrownAnswer> {
  const where = `${operation.service}.${operation.name}`;
  const end = endOf(context);
  if (end.aborted && isAbortOf(end.reason, thrown)) return late(where, hopsFor(context, thrown));
  const internal = (logged: string) => ({ error: failedInside(where, context), decided: false, logged });
  if (!isShoalError(thrown)) return internal(`${where} threw`);
  const { code } = thrown;
  const ofCallee = thrown.origin !== undefined;
  const declared = ofCallee ? undefined : ownMember(operation.spec.errors, code);
  if (declared !== undefined) {
    return (
      (await declaredAnswer(thrown, declared)) ??
      internal(`${where} threw ${code} with details its contract does not allow`)
    );
  }
  if (OWN.has(code) && !ofCallee) return { error: thrown, decided: false, logged: undefined };
  const hops = hopsFor(context, thrown);
  if (code === "DEADLINE_EXCEEDED") return late(where, hops);
  const status = upstreamStatus(code, ofCallee, thrown.status);
  if (status !== undefined) return upstream(thrown, where, status, hops);
  const undeclared = Object.hasOwn(ERRORS, code) ? "" : `, an error that ${where} does not declare`;
  return internal(`${where} threw ${code}${undeclared}`);
}

/** A handler that stops because it was told to has not failed: its log need not say so. */
function isAbortOf(reason: unknown, thrown: unknown): boolean {
  if (thrown === reason || (isShoalError(thrown) && thrown.code === "CANCELLED")) return true;
  return thrown instanceof Error && thrown.name === "AbortError";
}

/** Undefined when the details break the contract. */
async function declaredAnswer(thrown: ShoalError, spec: ErrorSpec): Promise<ThrownAnswer | undefined> {
  const status = errorStatus(spec);
  let details: unknown = thrown.details;
  if (typeof spec === "object") {
    const checked = await validate(spec.details, details, "details");
    if (!checked.ok) return undefined;
    details = checked.value;
  }
  const error = new ShoalError(thrown.code, {
    message: thrown.message.replace(/^\[[^\]]*\] /, ""),
    status,
    hint: thrown.hint,
    details: details as ShoalError["details"],
    cause: thrown,
  });
  // A declared 5xx or 429 says "not now": to keep it as the answer would turn away those who come back later.
  return { error, decided: status < 500 && status !== 429, logged: undefined };
}

/** Undefined for what is no error of a call. */
function upstreamStatus(code: string, ofCallee: boolean, status: number): UpstreamStatus | undefined {
  if (code === "ATTEMPT_TIMEOUT") return 504;
  if (UNAVAILABLE.has(code)) return 503;
  if (ofCallee || UPSTREAM.has(code)) return ofCallee && status === 503 ? 503 : 502;
  return undefined;
}

/** Which calls failed is told to services, which say who they are; to others the names inside of a fleet are no matter. */
function hopsFor({ caller }: Context, thrown: unknown): readonly FailedHop[] {
  return caller !== undefined && isShoalError(thrown) ? failedHops(thrown) : [];
}

function late(where: string, hops: readonly FailedHop[]): ThrownAnswer {
  const error = shoalError("DEADLINE_EXCEEDED", {
    message: `${where} did not answer before the deadline${blameOf(hops)}`,
    details: detailsOf(hops),
  });
  return { error, decided: false, logged: undefined };
}

type UpstreamStatus = 502 | 503 | 504;

function blameOf(hops: readonly FailedHop[]): string {
  return hops.length === 0 ? "" : `: ${hopsText(hops)}`;
}

function detailsOf(hops: readonly FailedHop[]): ShoalError["details"] {
  return hops.length === 0 ? {} : { hops };
}

function upstream(thrown: ShoalError, where: string, status: UpstreamStatus, hops: readonly FailedHop[]): ThrownAnswer {
  const retry: RetryAdvice = thrown.retry === "never" ? "never" : "later";
  const message = `a call that ${where} made has failed`;
  const error = shoalError("UPSTREAM_FAILED", {
    message: `${message}${blameOf(hops)}`,
    status,
    retry,
    details: detailsOf(hops),
    hint: "See the trace, or the service's log, for the call that failed.",
  });
  return { error, decided: false, logged: `${message}: ${thrown.message}` };
}

/** The trace id is all that a caller is told: with it the log tells the rest. */
export function failedInside(where: string, { trace }: Context): ShoalError {
  return shoalError("INTERNAL", { message: `${where} failed`, details: { traceId: trace.traceId } });
}

function ownMember<Value>(record: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined {
  return record && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A stack with its causes is cut here: a log line must stay a line one can read. */
const STACK_CHARS_MAX = 8_192;

/** Logs a thrown value with its stack and causes, under the trace id that the caller was given; its span has it too. */
export function logThrown(context: Context, message: string, thrown: unknown): void {
  const stack = inspect(thrown, { depth: 3, breakLength: 120 }).slice(0, STACK_CHARS_MAX);
  const type = isShoalError(thrown) ? thrown.code : thrown instanceof Error ? thrown.name : typeof thrown;
  extrasFor(context.trace).events.push({
    name: "exception",
    timeMs: AT_END,
    attributes: { "exception.type": type, "exception.message": messageOf(thrown), "exception.stacktrace": stack },
  });
  runInContext(context, () => context.log.error(message, { error: stack }));
}
