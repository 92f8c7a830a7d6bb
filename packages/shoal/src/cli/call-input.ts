import { expandPath, pathIssues } from "../contract/path.ts";
import { formatQuery } from "../contract/query.ts";
import { nearestName } from "../core/names.ts";
import { HEADER, JSON_TYPE } from "../core/wire.ts";
import { usage } from "./args.ts";
import type { DocumentedOperation } from "./service-document.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Where the fields of an input go. */
export interface DistributedInput {
  readonly params: Fields;
  readonly query: Fields;
  readonly headers: Fields;
  /** Undefined when the operation takes none. */
  readonly body: unknown;
}

const PARTS = ["params", "query", "headers", "body"] as const;

/**
 * Puts one JSON input where an operation wants it. An object whose keys are all parts (params, query, headers, body)
 * is taken as it is; otherwise each field goes to the parameter of its name, and what is left is the body. A field
 * that is both a parameter and a field of the body goes to both. Throws USAGE for a field that has no place.
 */
export function distribute(operation: DocumentedOperation, input: unknown): DistributedInput {
  if (input === undefined) return { params: {}, query: {}, headers: {}, body: operation.hasBody ? {} : undefined };
  if (!isObject(input)) {
    if (operation.hasBody) return { params: {}, query: {}, headers: {}, body: input };
    const names = operation.parameters.map(({ name }) => name);
    const hint =
      names.length === 0 ? "It takes no input." : `Such as: '{"${names[0]}": …}'. It takes: ${names.join(", ")}.`;
    throw usage(`${operation.name} takes no body, so its input must be a JSON object of fields`, hint);
  }
  return isInParts(operation, input) ? partsOf(input) : fieldsOf(operation, input);
}

function isInParts(operation: DocumentedOperation, input: Fields): boolean {
  const keys = Object.keys(input);
  if (keys.length === 0 || !keys.every((key) => (PARTS as readonly string[]).includes(key))) return false;
  // An operation with a field of its own called "query" or "body" means that field, unless the value cannot be it.
  const own = new Set([...operation.bodyFields, ...operation.parameters.map(({ name }) => name)]);
  return !keys.some((key) => own.has(key)) || keys.length > 1;
}

function partsOf(input: Fields): DistributedInput {
  const part = (name: string): Fields => {
    const value = input[name] ?? {};
    if (isObject(value)) return value;
    throw usage(`${name} of the input must be a JSON object`);
  };
  return { params: part("params"), query: part("query"), headers: part("headers"), body: input["body"] };
}

function fieldsOf(operation: DocumentedOperation, input: Fields): DistributedInput {
  const parts = { path: {}, query: {}, header: {} } as Record<"path" | "query" | "header", Record<string, unknown>>;
  const left: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(input)) {
    const parameter = operation.parameters.find((each) => each.name === name || isSameHeader(each, name));
    if (parameter) parts[parameter.place][parameter.name] = value;
    if (!parameter || operation.bodyFields.includes(name)) left[name] = value;
  }
  const [unknown] = Object.keys(left);
  if (!operation.hasBody && unknown !== undefined) throw unknownField(operation, unknown);
  return { params: parts.path, query: parts.query, headers: parts.header, body: operation.hasBody ? left : undefined };
}

function isSameHeader({ place, name }: { readonly place: string; readonly name: string }, given: string): boolean {
  return place === "header" && name.toLowerCase() === given.toLowerCase();
}

function unknownField(operation: DocumentedOperation, field: string) {
  const known = operation.parameters.map(({ name }) => name);
  const near = nearestName(field, known);
  const hint = near === undefined ? `It takes: ${known.join(", ") || "nothing"}.` : `Did you mean ${near}?`;
  return usage(`${operation.name} takes no field "${field}"`, hint);
}

/** A request for an address of a service, ready to be sent. */
export interface PreparedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** The request of an operation for one input. Throws USAGE when a path parameter is missing. */
export function prepareRequest(operation: DocumentedOperation, input: unknown): PreparedRequest {
  const { params, query, headers, body } = distribute(operation, input);
  // "/quotes/{id}" in the pieces that expandPath takes: literal text and names in turn.
  const pieces = operation.path.split(/\{([^}]+)\}/);
  const names = pieces.filter((_, index) => index % 2 === 1);
  const parsed = { pieces, params: names, shape: "" };
  const path = expandPath(parsed, params);
  if (path === undefined) {
    const issues = pathIssues(parsed, params);
    throw usage(
      `${operation.name}: ${issues.map(({ name, message }) => `${name} ${message}`).join(", ")}`,
      `Give it as a field of the input: '{"${issues[0]?.name}": …}'.`,
    );
  }
  const sent: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) sent[name.toLowerCase()] = String(value);
  if (body !== undefined) sent[HEADER.contentType] = JSON_TYPE;
  return {
    method: operation.method,
    target: path + formatQuery(query),
    headers: sent,
    body: body === undefined ? undefined : JSON.stringify(body),
  };
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
