import type { JsonSchema } from "../../ui/schema-form-schema.ts";

/** Where a parameter is said. */
export type ParameterPlace = "path" | "query" | "header";

export interface ApiParameter {
  readonly name: string;
  readonly place: ParameterPlace;
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly description: string;
}

/** One operation of an OpenAPI document. */
export interface ApiOperation {
  /** Its operationId, or "GET /path". */
  readonly id: string;
  readonly method: string;
  /** With "{name}" for each parameter. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly deprecated: boolean;
  /** The first tag, or the first part of the path. */
  readonly group: string;
  readonly parameters: readonly ApiParameter[];
  readonly body: { readonly required: boolean; readonly contentType: string; readonly schema: JsonSchema } | undefined;
}

const METHODS = ["get", "post", "put", "patch", "delete", "head", "options"] as const;
const OPERATIONS_MAX = 2_000;

type Json = Readonly<Record<string, unknown>>;

/** The operations of a document, in its order. What is broken in it is left out: it comes from a service. */
export function operationsOf(document: Json): readonly ApiOperation[] {
  return Object.entries(recordOf(document["paths"]))
    .flatMap(([path, item]) => {
      const shared = recordOf(item);
      return METHODS.flatMap((method) => {
        const operation = shared[method];
        return isRecord(operation) ? [operationOf({ document, path, method, shared, operation })] : [];
      });
    })
    .slice(0, OPERATIONS_MAX);
}

interface Found {
  readonly document: Json;
  readonly path: string;
  readonly method: string;
  readonly shared: Json;
  readonly operation: Json;
}

function operationOf({ document, path, method, shared, operation }: Found): ApiOperation {
  const tag = textOf(listOf(operation["tags"])[0]);
  const parameters = new Map<string, ApiParameter>();
  for (const given of [...listOf(shared["parameters"]), ...listOf(operation["parameters"])]) {
    const parameter = parameterOf(referred(given, document));
    if (parameter) parameters.set(`${parameter.place} ${parameter.name}`, parameter);
  }
  return {
    id: textOf(operation["operationId"]) || `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    summary: textOf(operation["summary"]),
    description: textOf(operation["description"]),
    deprecated: operation["deprecated"] === true,
    group: tag || (path.split("/").find((part) => part !== "" && !part.startsWith("{")) ?? ""),
    parameters: [...parameters.values()],
    body: bodyOf(referred(operation["requestBody"], document)),
  };
}

function parameterOf(given: Json): ApiParameter | undefined {
  const place = given["in"];
  const name = textOf(given["name"]);
  if (name === "" || (place !== "path" && place !== "query" && place !== "header")) return undefined;
  const schema = recordOf(given["schema"]);
  return {
    name,
    place,
    required: place === "path" || given["required"] === true,
    schema: "example" in given ? { ...schema, example: given["example"] } : schema,
    description: textOf(given["description"]),
  };
}

/** JSON if there is JSON; otherwise the first type there is. */
function bodyOf(given: Json): ApiOperation["body"] {
  const content = Object.entries(recordOf(given["content"]));
  const [contentType, media] = content.find(([type]) => /[/+]json\b/.test(type)) ?? content[0] ?? [];
  if (contentType === undefined) return undefined;
  const { schema, example } = recordOf(media);
  const inner = recordOf(schema);
  return {
    required: given["required"] === true,
    contentType,
    schema: example === undefined ? inner : { ...inner, example },
  };
}

/** Follows one "#/components/…" reference. */
function referred(given: unknown, document: Json): Json {
  const reference = textOf(recordOf(given)["$ref"]);
  if (!reference.startsWith("#/")) return recordOf(given);
  return recordOf(
    reference
      .slice(2)
      .split("/")
      .reduce<unknown>(
        (inner, key) => (isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
        document,
      ),
  );
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function recordOf(value: unknown): Json {
  return isRecord(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
