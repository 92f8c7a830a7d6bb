import { ERRORS, isShoalError, type RetryAdvice, ShoalError } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
import type { HttpReply } from "../core/message.ts";
import { headerOf } from "../core/message.ts";
import { HEADER, JSON_TYPE, PROBLEM_JSON } from "../core/wire.ts";

/** An RFC 9457 problem document, with Shoal's members. */
export interface Problem {
  /** `https://shoal.dev/errors/CODE`, or `service:NAME/errors/CODE` for an error that a contract declares. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The stable code to match on. */
  readonly code: string;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

const TYPE_BASE = "https://shoal.dev/errors/";

/** The document of an error. A cause is never part of it. */
export function problemOf(error: ShoalError, service: string): Problem {
  const known = Object.hasOwn(ERRORS, error.code);
  return {
    type: known ? `${TYPE_BASE}${error.code}` : `service:${service}/errors/${error.code}`,
    title: error.code,
    status: error.status,
    detail: error.message.replace(/^\[[^\]]*\] /, ""),
    code: error.code,
    ...(error.hint === "" ? {} : { hint: error.hint }),
    ...(Object.keys(error.details).length === 0 ? {} : { details: error.details }),
  };
}

/** A reply that carries an error. Nack and retry headers are the caller's to add. */
export function problemReply(error: ShoalError, service: string, headers: HttpReply["headers"] = {}): HttpReply {
  return {
    status: error.status,
    headers: { [HEADER.contentType]: PROBLEM_JSON, ...headers },
    body: Buffer.from(JSON.stringify(problemOf(error, service))),
  };
}

/**
 * The error that a failing reply carries: that of its problem document, or UPSTREAM_FAILED with the status.
 * @param bytes The reply's body.
 * @param callee Who answered, for the message.
 */
export function errorOfReply(reply: HttpReply, bytes: Uint8Array, callee: string): ShoalError {
  const problem = readProblem(reply, bytes);
  const retry: RetryAdvice | undefined = headerOf(reply.headers, HEADER.retry) === "never" ? "never" : undefined;
  if (!problem) {
    return new ShoalError("UPSTREAM_FAILED", {
      message: `${callee} answered ${reply.status}`,
      status: reply.status,
      retry: retry ?? (reply.status < 500 ? "never" : undefined),
      origin: callee,
    });
  }
  return new ShoalError(problem.code, {
    message: `${callee}: ${problem.detail}`,
    status: reply.status,
    hint: problem.hint,
    details: problem.details,
    retry,
    origin: callee,
  });
}

/**
 * The error of a problem document that came without a reply of its own, as the last event of a stream does. A document
 * that cannot be read is UPSTREAM_FAILED.
 */
export function errorOfProblem(json: string, callee: string): ShoalError {
  const problem = readDocument(json);
  if (!problem) return new ShoalError("UPSTREAM_FAILED", { message: `${callee} failed`, origin: callee });
  const { code, detail, status, hint, details } = problem;
  return new ShoalError(code, { message: `${callee}: ${detail}`, status, hint, details, origin: callee });
}

/** What is used of a document. Its types are checked, for anyone may have written it. */
interface ReceivedProblem {
  readonly code: string;
  readonly detail: string;
  /** Of an error; undefined for any other number. */
  readonly status: number | undefined;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
}

function readProblem(reply: HttpReply, bytes: Uint8Array): ReceivedProblem | undefined {
  const type = headerOf(reply.headers, HEADER.contentType) ?? "";
  if (!type.startsWith(PROBLEM_JSON) && !type.startsWith(JSON_TYPE)) return undefined;
  return readDocument(Buffer.from(bytes).toString("utf8"));
}

function readDocument(text: string): ReceivedProblem | undefined {
  try {
    const document = parseJson(text) as Partial<Problem> | null;
    if (typeof document?.code !== "string") return undefined;
    return {
      code: document.code,
      detail: typeof document.detail === "string" ? document.detail : document.code,
      status: isErrorStatus(document.status) ? document.status : undefined,
      hint: typeof document.hint === "string" ? document.hint : undefined,
      details: isRecord(document.details) ? document.details : undefined,
    };
  } catch {
    return undefined; // no problem document after all: the status says enough
  }
}

function isErrorStatus(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 400 && Number(value) <= 599;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Any thrown value as a ShoalError; what is not one becomes INTERNAL, whose message tells a caller nothing more. */
export function toShoalError(thrown: unknown, where: string): ShoalError {
  if (isShoalError(thrown)) return thrown;
  return new ShoalError("INTERNAL", { message: `${where} failed`, cause: thrown });
}
