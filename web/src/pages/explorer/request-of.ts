import { parseHeaders } from "../../ui/exchange-send.ts";
import type { ApiOperation } from "./api-operations.ts";
import type { OperationValues } from "./operation-values.ts";

/** The request that an operation's values make. Throws a text for people. */
export function requestOf(service: string, operation: ApiOperation, values: OperationValues) {
  const body = bodyOf(operation, values);
  const declared = Object.entries(values.parameters.header).filter(([, value]) => isGiven(value));
  return {
    service,
    method: operation.method,
    target: pathOf(operation, values) + queryOf(values.parameters.query),
    headers: {
      ...(body !== null && operation.body ? { "content-type": operation.body.contentType } : {}),
      ...Object.fromEntries(declared.map(([name, value]) => [name.toLowerCase(), textOf(value)])),
      ...parseHeaders(values.headers),
    },
    body,
  };
}

function pathOf({ path }: ApiOperation, { parameters }: OperationValues): string {
  return path.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = parameters.path[name];
    if (!isGiven(value) || value === "") throw new Error(`${name} is needed: it is a part of the path`);
    return encodeURIComponent(textOf(value));
  });
}

function queryOf(query: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) if (isGiven(item)) search.append(name, textOf(item));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

function bodyOf({ body }: ApiOperation, { body: value, bodyText }: OperationValues): string | null {
  if (body === undefined) return null;
  if (bodyText !== undefined) return bodyText === "" ? null : bodyText;
  return value === undefined ? null : JSON.stringify(value);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "object" ? JSON.stringify(value) : String(value);
}
