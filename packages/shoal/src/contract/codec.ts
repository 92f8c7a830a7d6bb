import { type ShoalError, shoalError } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
import { type Headers, type HttpReply, type HttpRequest, headerOf } from "../core/message.ts";
import { HEADER, JSON_TYPE } from "../core/wire.ts";
import type { Operation } from "./operation.ts";
import { expandPath, type ParsedPath, type PathIssue, parsePath, pathIssues } from "./path.ts";
import { type Coercer, coercerOf, formatQuery, parseQuery } from "./query.ts";
import type { Issue, Schema, Validated } from "./schema.ts";
import { withoutSensitive } from "./sensitive.ts";
import { validate } from "./validate.ts";

/** The declared parts of a request: params, query, headers and body. */
export type Input = Readonly<Record<string, unknown>>;

/** A decoded value, or the error that says why there is none. */
export type Decoded<Value = unknown> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: ShoalError };

const TEXT_PARTS = ["params", "query", "headers"] as const;

/** Turns an operation's typed values into messages and back; made once for each operation. */
export interface OperationCodec {
  /** Consumer side. Throws REQUEST_INVALID when a path parameter is missing or the body is not JSON. */
  readonly encodeRequest: (input: Input) => HttpRequest;
  /** Server side. `params` are the path's, still percent-decoded text. */
  readonly decodeRequest: (request: HttpRequest, params: Headers, body: Uint8Array) => Decoded | Promise<Decoded>;
  /** Server side. An error when the handler's value breaks the contract. */
  readonly encodeReply: (value: unknown) => Decoded | Promise<Decoded>;
  /** Consumer side: for a reply of the operation's success status. */
  readonly decodeReply: (reply: HttpReply, body: Uint8Array) => Decoded | Promise<Decoded>;
}

/**
 * The codec of an operation: JSON bodies, text params. See docs/wire.md. What its schemas answer at once it answers at
 * once: hardly any schema waits for something, and a promise for each of four checks would cost more than they do.
 */
export function codecOf(operation: Operation): OperationCodec {
  const { spec } = operation;
  const path = parsePath(operation.path);
  const coercers = lazyCoercers(operation);
  const where = `${operation.service}.${operation.name}`;
  return {
    encodeRequest: (input) => encodeRequest(operation, path, input),
    decodeRequest(request, params, body) {
      const given: Record<string, unknown> = {};
      for (const part of TEXT_PARTS) {
        const coerce = coercers(part);
        if (coerce) given[part] = coerce(textPart(part, request, params));
      }
      if (spec.body) {
        const parsed = parseBody(request.headers[HEADER.contentType], body);
        if (!parsed.ok) return parsed;
        given["body"] = parsed.value;
      }
      return validateParts(operation, given);
    },
    encodeReply(value) {
      if (!spec.returns) return NOTHING;
      const checked = validate(spec.returns, value, "returns");
      return checked instanceof Promise ? checked.then(encodeChecked) : encodeChecked(checked);
    },
    decodeReply(reply, body) {
      if (!spec.returns) return NOTHING;
      const parsed = parseBody(headerOf(reply.headers, HEADER.contentType), body);
      if (!parsed.ok)
        return { ok: false, error: replyInvalid(`${where} answered with something other than JSON`, [], 502) };
      const checked = validate(spec.returns, parsed.value, "returns");
      return checked instanceof Promise ? checked.then(decodeChecked) : decodeChecked(checked);
    },
  };

  function encodeChecked(checked: Validated): Decoded {
    if (!checked.ok) return invalid(checked.issues, "returned", 500);
    const text = jsonText(checked.value);
    return text === undefined
      ? { ok: false, error: replyInvalid(`${where} returned something that is no JSON value`, [], 500) }
      : { ok: true, value: Buffer.from(text) };
  }

  function decodeChecked(checked: Validated): Decoded {
    return checked.ok ? checked : invalid(checked.issues, "answered", 502);
  }

  function invalid(issues: readonly Issue[], verb: string, status: number): Decoded {
    const message = `${where} ${verb} what its contract does not allow`;
    return { ok: false, error: replyInvalid(message, withoutSensitive(issues, spec.sensitive), status) };
  }
}

const NOTHING: Decoded = Object.freeze({ ok: true, value: undefined });

function encodeRequest(operation: Operation, path: ParsedPath, input: Input): HttpRequest {
  const { spec, method } = operation;
  const params = (input["params"] ?? {}) as Input;
  const expanded = expandPath(path, params);
  if (expanded === undefined) throw pathRefused(operation, pathIssues(path, params));
  const headers: Record<string, string> = {};
  if (spec.headers) {
    for (const [name, value] of Object.entries((input["headers"] ?? {}) as Input)) {
      if (value === undefined) continue;
      const text = String(value);
      if (NOT_IN_HEADER.test(text)) throw headerRefused(operation, name);
      headers[name.toLowerCase()] = text;
    }
  }
  const target = spec.query ? expanded + formatQuery((input["query"] ?? {}) as Input) : expanded;
  if (!spec.body) return { method, target, headers, body: undefined };
  headers[HEADER.contentType] = JSON_TYPE;
  return { method, target, headers, body: Buffer.from(stringify(operation, input["body"])) };
}

/** A header's text is visible latin1, blanks and tabs (RFC 9110, 5.5); within a process no wire would refuse another. */
const NOT_IN_HEADER = /[^\t\x20-\x7e\x80-\xff]/;

function headerRefused({ service, name }: Operation, header: string) {
  const message = "has a character that no header has";
  return shoalError("REQUEST_INVALID", {
    message: `${service}.${name}: headers.${header} ${message}`,
    hint: "Encode it, for example by encodeURIComponent, or send it in the body.",
    details: { issues: [{ path: `headers.${header}`, message }] },
  });
}

function pathRefused(operation: Operation, issues: readonly PathIssue[]) {
  return shoalError("REQUEST_INVALID", {
    message: `${operation.service}.${operation.name}: ${issues.map(({ name, message }) => `params.${name} ${message}`).join(", ")}`,
    details: { issues: issues.map(({ name, message }) => ({ path: `params.${name}`, message })) },
  });
}

function stringify(operation: Operation, body: unknown): string {
  try {
    return JSON.stringify(body) ?? "null";
  } catch (cause) {
    throw shoalError("REQUEST_INVALID", {
      message: `the body for ${operation.service}.${operation.name} is no JSON value`,
      cause,
    });
  }
}

/** A schema may allow what JSON has no way to write: a bigint, a circle, a function. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value ?? null);
  } catch {
    return undefined;
  }
}

function textPart(part: (typeof TEXT_PARTS)[number], request: HttpRequest, params: Headers) {
  if (part === "params") return params;
  if (part === "headers") return request.headers;
  const mark = request.target.indexOf("?");
  return parseQuery(mark < 0 ? "" : request.target.slice(mark + 1));
}

function parseBody(contentType: string | undefined, body: Uint8Array): Decoded {
  const type = contentType === JSON_TYPE ? JSON_TYPE : (contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "");
  if (type !== JSON_TYPE && !type.endsWith("+json")) {
    const message = `the content type is ${type === "" ? "missing" : `"${type}"`}, not ${JSON_TYPE}`;
    return { ok: false, error: shoalError("UNSUPPORTED_MEDIA_TYPE", { message }) };
  }
  try {
    return { ok: true, value: parseJson(UTF8.decode(body)) };
  } catch {
    // Neither V8's message nor the cause goes along: both quote the body.
    return { ok: false, error: shoalError("BODY_MALFORMED", { message: "the body is not valid JSON in UTF-8" }) };
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });

function validateParts(operation: Operation, given: Input): Decoded | Promise<Decoded> {
  const value: Record<string, unknown> = {};
  const found: Issue[] = [];
  const waits: Promise<void>[] = [];
  const take = (part: string, checked: Validated) => {
    if (checked.ok) value[part] = checked.value;
    else found.push(...checked.issues);
  };
  for (const part in given) {
    const checked = validate(operation.spec[part as "body"] as Schema, given[part], part);
    if (checked instanceof Promise) waits.push(checked.then((settled) => take(part, settled)));
    else take(part, checked);
  }
  const result = (): Decoded => (found.length === 0 ? { ok: true, value } : requestInvalid(operation, found));
  return waits.length === 0 ? result() : Promise.all(waits).then(result);
}

function requestInvalid(operation: Operation, found: readonly Issue[]): Decoded {
  const issues = withoutSensitive(found, operation.spec.sensitive);
  const message = `${operation.service}.${operation.name}: ${summary(issues)}`;
  return { ok: false, error: shoalError("REQUEST_INVALID", { message, details: { issues } }) };
}

/** @param status 500 where the reply is made, 502 where it is received. */
export function replyInvalid(message: string, issues: readonly Issue[], status: number): ShoalError {
  const text = issues.length === 0 ? message : `${message}: ${summary(issues)}`;
  return shoalError("REPLY_INVALID", { message: text, status, details: { issues } });
}

function summary(issues: readonly Issue[]): string {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return first ? `${first.path}: ${first.message}${more}` : "not valid";
}

/** JSON Schemas cost milliseconds to make, and most operations of a client are never called: made on first use. */
function lazyCoercers(operation: Operation) {
  const made = new Map<string, Coercer>();
  return (part: (typeof TEXT_PARTS)[number]): Coercer | undefined => {
    const schema = operation.spec[part];
    if (!schema) return undefined;
    let coerce = made.get(part);
    if (!coerce) {
      coerce = coercerOf(schema);
      made.set(part, coerce);
    }
    return coerce;
  };
}
