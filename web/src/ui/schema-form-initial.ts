import { type JsonSchema, type SchemaShape, shapeOf } from "./schema-form-schema.ts";

/** Schemas may refer to themselves: what is deeper is left to the person. */
const DEPTH_MAX = 6;

/**
 * What a form begins with: defaults and examples where the schema has them, otherwise the plainest value that may be
 * right. What is optional is left out.
 * @param root The document that "#" means.
 */
export function initialValue(schema: JsonSchema, root: unknown, depth = 0): unknown {
  const shape = shapeOf(schema, root);
  if (shape.default !== undefined) return shape.default;
  if (shape.example !== undefined) return shape.example;
  if (shape.nullable) return null;
  return depth >= DEPTH_MAX ? undefined : plainest(shape, root, depth);
}

function plainest({ type, schema }: SchemaShape, root: unknown, depth: number): unknown {
  switch (type.kind) {
    case "object": {
      const needed = type.fields.filter((field) => field.required);
      return Object.fromEntries(needed.map(({ name, schema: inner }) => [name, initialValue(inner, root, depth + 1)]));
    }
    case "array": {
      const count = Math.min(3, numberOf(schema["minItems"]) ?? 0);
      return Array.from({ length: count }, () => initialValue(type.items, root, depth + 1));
    }
    case "string":
      return "";
    case "number":
      return leastOf(schema);
    case "boolean":
      return false;
    case "choice":
      return type.values[0];
    case "variants":
      return initialValue(type.variants[0]?.schema ?? {}, root, depth + 1);
    case "any":
      return undefined;
    default:
      return type satisfies never;
  }
}

/** The number nearest to zero that the bounds allow, as far as they say. */
function leastOf(schema: JsonSchema): number {
  const least = numberOf(schema["minimum"]) ?? (numberOf(schema["exclusiveMinimum"]) ?? Number.NEGATIVE_INFINITY) + 1;
  const most = numberOf(schema["maximum"]) ?? (numberOf(schema["exclusiveMaximum"]) ?? Number.POSITIVE_INFINITY) - 1;
  return Math.min(most, Math.max(least, 0));
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
