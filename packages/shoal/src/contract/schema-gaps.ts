import type { Contract } from "./contract.ts";

/** Parts that arrive as text, and need a JSON Schema to become anything else. */
const TEXT_PARTS = ["params", "query", "headers"] as const;

/**
 * The parts, such as "getQuote.query", whose values stay text because their schema's library offers no JSON Schema.
 * They also have no place in the OpenAPI document.
 */
export function schemaGapsOf({ operations }: Contract): readonly string[] {
  return Object.values(operations).flatMap(({ name, spec }) =>
    TEXT_PARTS.filter((part) => {
      const schema = spec[part];
      return schema !== undefined && !("jsonSchema" in schema["~standard"]);
    }).map((part) => `${name}.${part}`),
  );
}
