import type { SyntheticService } from "./fleet.ts";

const THING = {
  type: "object",
  required: ["name", "kind", "count"],
  properties: {
    name: { type: "string", minLength: 1, maxLength: 40, description: "What people call it" },
    kind: { type: "string", enum: ["small", "large", "<odd>"] },
    count: { type: "integer", minimum: 0, maximum: 100, default: 1 },
    price: { type: "number", exclusiveMinimum: 0 },
    due: { type: "string", format: "date-time" },
    urgent: { type: "boolean", default: false },
    tags: { type: "array", items: { type: "string" }, maxItems: 5 },
    owner: {
      type: "object",
      properties: { id: { type: "integer" }, mail: { type: "string", format: "email" } },
      required: ["id"],
    },
    delivery: {
      oneOf: [
        { type: "object", title: "By post", properties: { street: { type: "string" } }, required: ["street"] },
        {
          type: "object",
          title: "By mail",
          properties: { address: { type: "string", format: "email" } },
          required: ["address"],
        },
      ],
    },
  },
};

/** The OpenAPI document that a service of these operations would serve. */
export function openApiOf({ name, operations }: SyntheticService): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { operation, method, path, summary } of operations) {
    const template = path.replaceAll(/:(\w+)/g, "{$1}");
    const item = paths[template] ?? {};
    const id = { name: "id", in: "path", required: true, schema: { type: "integer", minimum: 1 } };
    const limit = {
      name: "limit",
      in: "query",
      required: false,
      schema: { type: "integer", default: 20, maximum: 100 },
    };
    item[method.toLowerCase()] = {
      operationId: operation,
      summary,
      parameters: path.includes(":id") ? [id] : method === "GET" ? [limit] : [],
      ...(method === "POST" || method === "PUT"
        ? {
            requestBody: {
              required: true,
              content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } },
            },
          }
        : {}),
      responses: {
        200: {
          description: "The reply",
          content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } },
        },
        404: { description: "There is none", content: { "application/problem+json": { schema: { type: "object" } } } },
      },
    };
    paths[template] = item;
  }
  return { openapi: "3.1.0", info: { title: name, version: "1" }, paths, components: { schemas: { Thing: THING } } };
}
