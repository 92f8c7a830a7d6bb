import { shoalError } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
import { nearestName } from "../core/names.ts";
import { PATH } from "../core/wire.ts";
import { usage } from "./args.ts";
import type { ServiceClient } from "./service-client.ts";

type Json = Readonly<Record<string, unknown>>;

/** One operation of an OpenAPI document, with what `call` needs of it. */
export interface DocumentedOperation {
  readonly name: string;
  /** Upper case. */
  readonly method: string;
  /** Such as "/quotes/{id}". */
  readonly path: string;
  readonly parameters: readonly DocumentedParameter[];
  readonly hasBody: boolean;
  /** Names of the body's own fields, where its schema tells. */
  readonly bodyFields: readonly string[];
  readonly isIdempotent: boolean;
  /** It answers with a stream of items. */
  readonly isStreamed: boolean;
}

interface DocumentedParameter {
  readonly name: string;
  readonly place: "path" | "query" | "header";
  readonly isRequired: boolean;
}

/** The document that a running service answers at /openapi.json. Throws OPERATION_UNKNOWN when it has none. */
export async function openApiOfService(client: ServiceClient, service: string): Promise<Json> {
  const url = `service://${service}${PATH.openapi}`;
  const reply = await client.send(url, { method: "GET", headers: {}, body: undefined });
  const document = reply.status === 200 ? readObject(reply.text) : undefined;
  if (document && typeof document["openapi"] === "string") return document;
  throw shoalError("OPERATION_UNKNOWN", {
    message: `${service} has no OpenAPI document: it answered ${reply.status} at ${PATH.openapi}`,
    hint: `Services with a contract have one. Call this one by URL: shoal call GET service://${service}/`,
    details: { service },
  });
}

function readObject(text: string): Json | undefined {
  try {
    const value = parseJson(text);
    return typeof value === "object" && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined; // an app's own page at that path
  }
}

const METHODS = ["get", "put", "post", "delete", "patch", "head", "options"];

/** The operation of that name (its operationId). Throws USAGE, naming the nearest or all there are; so for "". */
export function findOperation(document: Json, service: string, name: string): DocumentedOperation {
  const names: string[] = [];
  for (const [path, item] of Object.entries(objectIn(document, "paths"))) {
    for (const method of METHODS) {
      const operation = (item as Json)[method] as Json | undefined;
      const id = operation?.["operationId"];
      if (typeof id !== "string" || !operation) continue;
      if (id === name) return readOperation(document, { name, method, path, item: item as Json, operation });
      names.push(id);
    }
  }
  if (name === "") {
    throw usage(`which operation of ${service}?`, `It has: ${names.join(", ") || "none with a name"}.`);
  }
  const near = nearestName(name, names);
  const hint =
    near === undefined ? `It has: ${names.join(", ") || "none with a name"}.` : `Did you mean ${service}.${near}?`;
  throw usage(`${service} has no operation "${name}"`, hint);
}

interface Found {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly item: Json;
  readonly operation: Json;
}

function readOperation(document: Json, { name, method, path, item, operation }: Found): DocumentedOperation {
  const listed = [...listIn(item, "parameters"), ...listIn(operation, "parameters")];
  const parameters = listed.flatMap((given): DocumentedParameter[] => {
    const parameter = resolved(document, given);
    const place = parameter["in"];
    if (typeof parameter["name"] !== "string" || (place !== "path" && place !== "query" && place !== "header"))
      return [];
    return [{ name: parameter["name"], place, isRequired: parameter["required"] === true }];
  });
  const body = operation["requestBody"] === undefined ? undefined : resolved(document, operation["requestBody"]);
  const content = Object.entries(body ? objectIn(body, "content") : {});
  const json = content.find(([type]) => /\bjson\b/.test(type))?.[1];
  const schema = resolved(document, (json as Json | undefined)?.["schema"]);
  return {
    name,
    method: method.toUpperCase(),
    path,
    parameters,
    hasBody: body !== undefined,
    bodyFields: Object.keys(objectIn(schema, "properties")),
    isIdempotent: operation["x-shoal-idempotent"] === true,
    isStreamed: operation["x-shoal-stream"] === true,
  };
}

/** Follows "#/components/…" references, a few deep at most. */
function resolved(document: Json, value: unknown, depth = 0): Json {
  const object = typeof value === "object" && value !== null ? (value as Json) : {};
  const reference = object["$ref"];
  if (typeof reference !== "string" || !reference.startsWith("#/") || depth >= 5) return object;
  const target = reference
    .slice(2)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((at, step) => (at as Json | undefined)?.[step], document);
  return resolved(document, target, depth + 1);
}

function objectIn(value: Json, key: string): Json {
  const found = value[key];
  return typeof found === "object" && found !== null ? (found as Json) : {};
}

function listIn(value: Json, key: string): readonly unknown[] {
  const found = value[key];
  return Array.isArray(found) ? found : [];
}
