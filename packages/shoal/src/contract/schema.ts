import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";

/** A value of any schema library that speaks Standard Schema (zod, valibot, arktype, typebox, …). */
export type Schema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>;

/** What a schema takes: what a consumer passes as input and a handler returns. */
export type InputOf<S> = S extends StandardSchemaV1 ? StandardSchemaV1.InferInput<S> : undefined;
/** What a schema makes: what a handler is given and a consumer gets back. */
export type OutputOf<S> = S extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<S> : undefined;

export type JsonSchema = Readonly<Record<string, unknown>>;

/** One thing wrong with a value; `path` is like `body.items.0.amount`. Never holds the value itself. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

export type Validated =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly issues: readonly Issue[] };

export function isSchema(value: unknown): value is Schema {
  return (typeof value === "object" || typeof value === "function") && value !== null && "~standard" in value;
}

/**
 * The JSON Schema (draft 2020-12) of a schema, or `{}`, which allows anything, when its library offers none.
 * Valibot needs `toStandardJsonSchema` of @valibot/to-json-schema around the schema.
 * @param side `input` is what may be sent, `output` what is received after defaults and transforms.
 */
export function jsonSchemaOf(schema: Schema, side: "input" | "output"): JsonSchema {
  const { jsonSchema } = schema["~standard"] as Partial<StandardJSONSchemaV1.Props>;
  if (!jsonSchema) return {};
  // Dates, bigints and transforms have no JSON Schema: "any" keeps the rest of the document.
  try {
    const { $schema: _, ...rest } = jsonSchema[side]({
      target: "draft-2020-12",
      libraryOptions: { unrepresentable: "any" },
    });
    return rest;
  } catch {
    return {}; // a library that gives up on the whole for a part of it: validation does not depend on this
  }
}
