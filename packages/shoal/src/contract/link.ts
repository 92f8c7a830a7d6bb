import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { shoalError } from "../core/errors.ts";
import { codecOf, type Input } from "./codec.ts";
import type { ConsumerInput, Operation, OperationSpec } from "./operation.ts";
import { type InputOf, jsonSchemaOf, type OutputOf, type Schema } from "./schema.ts";
import { isStreamed } from "./stream.ts";

declare const TARGET: unique symbol;

/** Standard Schema and Standard JSON Schema in one. */
type BothStandards<Value = unknown> = StandardSchemaV1.Props<Value, Value> & StandardJSONSchemaV1.Props<Value, Value>;

/** The URL of one request of an operation, such as "http://schools.service/schools/42"; a string on the wire. */
export type Link<Spec extends OperationSpec = OperationSpec> = string & { readonly [TARGET]: Spec };

/** A schema for links to one operation, and the maker of such links. */
export interface LinkSchema<Spec extends OperationSpec = OperationSpec> {
  readonly "~standard": BothStandards<Link<Spec>>;
  readonly operation: Operation<Spec>;
  /** The link for one input (params and query). Throws REQUEST_INVALID when a path parameter is missing. */
  readonly to: (input: Pick<ConsumerInput<Spec>, Extract<keyof ConsumerInput<Spec>, "params" | "query">>) => Link<Spec>;
}

/**
 * A schema field that holds a link to a GET operation, which the consumer can `follow()`. Throws CONTRACT_INVALID for
 * another method: following a link must be safe; and for an operation that returns a stream.
 */
export function link<Spec extends OperationSpec>(operation: Operation<Spec>): LinkSchema<Spec> {
  const target = `${operation.service}.${operation.name}`;
  if (operation.method !== "GET") {
    throw shoalError("CONTRACT_INVALID", {
      message: `link(${target}): only a GET can be followed, not a ${operation.method}`,
    });
  }
  if (isStreamed(operation)) {
    throw shoalError("CONTRACT_INVALID", { message: `link(${target}): a stream cannot be followed, only called` });
  }
  const codec = codecOf(operation);
  const base = `http://${operation.service}.service`;
  const jsonSchema = () => ({ type: "string", format: "uri", "x-shoal-link": target });
  return {
    operation,
    to: (input) => `${base}${codec.encodeRequest(input as Input).target}` as Link<Spec>,
    "~standard": {
      version: 1,
      vendor: "shoal",
      validate: (value) =>
        typeof value === "string" && value.startsWith(`${base}/`)
          ? { value: value as Link<Spec> }
          : { issues: [{ message: `must be a link to ${target}: a URL that starts with ${base}/` }] },
      jsonSchema: { input: jsonSchema, output: jsonSchema },
    },
  };
}

type Links = Readonly<Record<string, { readonly "~standard": BothStandards }>>;
type LinkValues<Fields extends Links> = { readonly [Name in keyof Fields]: OutputOf<Fields[Name]> };

/** An object schema of any library, with link fields beside its own. */
export type WithLinks<S extends Schema, Fields extends Links> = Schema<
  InputOf<S> & LinkValues<Fields>,
  OutputOf<S> & LinkValues<Fields>
>;

/**
 * Adds link fields to an object schema of any library: most libraries nest only their own schemas, so the links stand
 * beside them. (arktype nests Standard Schemas: there `link()` may be used as a field directly.)
 */
export function withLinks<S extends Schema, const Fields extends Links>(
  schema: S,
  fields: Fields,
): WithLinks<S, Fields> {
  const merge = (side: "input" | "output") => () => mergeJsonSchema(jsonSchemaOf(schema, side), fields, side);
  const standard: BothStandards = {
    version: 1,
    vendor: "shoal",
    jsonSchema: { input: merge("input"), output: merge("output") },
    validate(value) {
      const links = validateLinks(fields, value);
      if (links.issues) return links;
      const base = schema["~standard"].validate(value);
      return base instanceof Promise ? base.then((result) => join(result, links.value)) : join(base, links.value);
    },
  };
  return { "~standard": standard } as WithLinks<S, Fields>;
}

function validateLinks(fields: Links, value: unknown): StandardSchemaV1.Result<Input> {
  const links: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const result = field["~standard"].validate((value as Input | null)?.[name]);
    if (result instanceof Promise) throw new TypeError("a link validates synchronously");
    if (result.issues) return { issues: result.issues.map((issue) => ({ message: issue.message, path: [name] })) };
    links[name] = result.value;
  }
  return { value: links };
}

function join(base: StandardSchemaV1.Result<unknown>, links: Input): StandardSchemaV1.Result<unknown> {
  return base.issues ? base : { value: { ...(base.value as Input), ...links } };
}

function mergeJsonSchema(base: Input, fields: Links, side: "input" | "output"): Record<string, unknown> {
  const links = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, jsonSchemaOf(field, side)]));
  return {
    ...base,
    properties: { ...(base["properties"] as Input | undefined), ...links },
    required: [...((base["required"] as string[] | undefined) ?? []), ...Object.keys(links)],
  };
}
