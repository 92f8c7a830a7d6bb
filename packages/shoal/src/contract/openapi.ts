import type { Contract } from "./contract.ts";
import { embedSchema } from "./json-refs.ts";
import { errorStatus, type Operation } from "./operation.ts";
import { parsePath } from "./path.ts";
import { type JsonSchema, jsonSchemaOf, type Schema } from "./schema.ts";
import { itemOf } from "./stream.ts";
import { EVENT_STREAM, STREAM_EVENT } from "./stream-names.ts";

export type OpenApiDocument = Readonly<Record<string, unknown>>;

/** The OpenAPI 3.1 document of a contract (https://spec.openapis.org/oas/v3.1.1). */
export function openApiOf(contract: Contract, release: string): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  const schemas: Record<string, JsonSchema> = { Problem: PROBLEM_SCHEMA };
  for (const operation of Object.values(contract.operations)) {
    const template = parsePath(operation.path)
      .pieces.map((piece, index) => (index % 2 === 1 ? `{${piece}}` : piece))
      .join("");
    paths[template] ??= {};
    const item = paths[template];
    item[operation.method.toLowerCase()] = operationObject(operation, schemas);
  }
  return {
    openapi: "3.1.1",
    info: { title: contract.name, version: release },
    servers: [{ url: `http://${contract.name}.service` }],
    paths,
    components: { schemas },
  };
}

function operationObject(operation: Operation, schemas: Record<string, JsonSchema>): JsonSchema {
  const { spec } = operation;
  const embed = (schema: Schema, part: "body" | "returns", side: "input" | "output") =>
    embedSchema(jsonSchemaOf(schema, side), `${operation.name}.${part}`, schemas);
  const parameters = [
    ...parametersOf(operation, spec.params, "path"),
    ...parametersOf(operation, spec.query, "query"),
    ...parametersOf(operation, spec.headers, "header"),
  ];
  return {
    operationId: operation.name,
    ...(spec.summary === undefined ? {} : { summary: spec.summary }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(spec.body
      ? {
          requestBody: {
            required: true,
            content: { "application/json": { schema: embed(spec.body, "body", "input") } },
          },
        }
      : {}),
    responses: responsesOf(
      operation,
      contentOf(spec.returns, (schema) => embed(schema, "returns", "output")),
    ),
    "x-shoal-idempotent": operation.idempotent,
    ...(itemOf(spec.returns) ? { "x-shoal-stream": true } : {}),
    ...(spec.sensitive === undefined ? {} : { "x-shoal-sensitive": spec.sensitive }),
  };
}

function parametersOf(
  operation: Operation,
  schema: Schema | undefined,
  place: "path" | "query" | "header",
): JsonSchema[] {
  if (!schema)
    return place === "path"
      ? parsePath(operation.path).params.map((name) => parameter(name, place, { type: "string" }, true))
      : [];
  const json = jsonSchemaOf(schema, "input");
  const properties = (json["properties"] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = new Set((json["required"] ?? []) as string[]);
  const names = place === "path" ? parsePath(operation.path).params : Object.keys(properties);
  return names.map((name) =>
    parameter(name, place, properties[name] ?? { type: "string" }, place === "path" || required.has(name)),
  );
}

function parameter(name: string, place: string, schema: JsonSchema, required: boolean): JsonSchema {
  return { name, in: place, required, schema };
}

/** The content of a success; undefined when it has none. */
function contentOf(returns: Schema | undefined, embed: (schema: Schema) => JsonSchema): JsonSchema | undefined {
  if (!returns) return undefined;
  const item = itemOf(returns);
  if (!item) return { "application/json": { schema: embed(returns) } };
  return { [EVENT_STREAM]: { schema: eventSchema(embed(item)) } };
}

/**
 * One event of a stream. OpenAPI 3.2 has `itemSchema` for it, which a 3.1 document must not have; tools read `schema` as
 * that of each event there. Events of other names carry no item, so their data is not described by its schema.
 */
function eventSchema(item: JsonSchema): JsonSchema {
  return {
    type: "object",
    required: ["data"],
    properties: {
      event: { type: "string", enum: Object.values(STREAM_EVENT), default: STREAM_EVENT.item },
      data: { type: "string", contentMediaType: "application/json", contentSchema: item },
    },
  };
}

function responsesOf(operation: Operation, content: JsonSchema | undefined): Record<string, unknown> {
  const { spec } = operation;
  const responses: Record<string, { description: string; content?: unknown }> = {
    [operation.status]: content
      ? { description: itemOf(spec.returns) ? "A stream of items" : "Success", content }
      : { description: "Success, without a body" },
  };
  for (const [code, error] of Object.entries(spec.errors ?? {})) {
    const status = errorStatus(error);
    const before = responses[status]?.description;
    responses[status] = { description: before === undefined ? code : `${before}, ${code}`, content: PROBLEM_CONTENT };
  }
  return { ...responses, default: { description: "A problem document (RFC 9457)", content: PROBLEM_CONTENT } };
}

const PROBLEM_CONTENT = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };

const PROBLEM_SCHEMA = {
  type: "object",
  required: ["type", "title", "status", "detail", "code"],
  properties: {
    type: { type: "string", format: "uri" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string", description: "Stable: match on this" },
    hint: { type: "string" },
    details: { type: "object" },
  },
};
