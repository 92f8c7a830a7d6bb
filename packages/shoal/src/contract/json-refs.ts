import type { JsonSchema } from "./schema.ts";

const COMPONENTS = "#/components/schemas/";

/**
 * Puts a JSON Schema into an OpenAPI document. One that refers to itself ("#") or to its own definitions
 * ("#/$defs/node") cannot stay where it is, for there "#" is the document: it moves to the components.
 * @param name For the components: letters, digits, ".", "-" and "_".
 * @param components Where it moves to; changed.
 */
export function embedSchema(schema: JsonSchema, name: string, components: Record<string, JsonSchema>): JsonSchema {
  if (!refersToItself(schema)) return schema;
  const { $defs = {}, ...root } = schema;
  const rename = (reference: string) =>
    reference === "#" ? COMPONENTS + name : reference.replace("#/$defs/", `${COMPONENTS}${name}.`);
  components[name] = withReferences(root, rename) as JsonSchema;
  for (const [definition, inner] of Object.entries($defs as JsonSchema)) {
    components[`${name}.${definition}`] = withReferences(inner, rename) as JsonSchema;
  }
  return { $ref: COMPONENTS + name };
}

function refersToItself(schema: unknown): boolean {
  if (typeof schema !== "object" || schema === null) return false;
  return Object.entries(schema).some(([key, member]) => isReference(key, member) || refersToItself(member));
}

function isReference(key: string, member: unknown): member is string {
  return key === "$ref" && typeof member === "string" && member.startsWith("#");
}

function withReferences(schema: unknown, rename: (reference: string) => string): unknown {
  if (Array.isArray(schema)) return schema.map((item) => withReferences(item, rename));
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, member]) => [
      key,
      isReference(key, member) ? rename(member) : withReferences(member, rename),
    ]),
  );
}
