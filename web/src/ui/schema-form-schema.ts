/** A JSON Schema (2020-12) as a document has it: nothing in it is certain. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a form needs to know of a schema. `root` in the functions below is the document that "#" means. */
export interface SchemaShape {
  readonly type: SchemaType;
  readonly nullable: boolean;
  readonly title: string;
  readonly description: string;
  /** undefined: none. */
  readonly default: unknown;
  readonly example: unknown;
  /** The schema without references, for what only its type knows. */
  readonly schema: JsonSchema;
}

type SchemaType =
  | { readonly kind: "object"; readonly fields: readonly SchemaField[]; readonly others: JsonSchema | undefined }
  | { readonly kind: "array"; readonly items: JsonSchema }
  | { readonly kind: "string"; readonly format: string }
  | { readonly kind: "number"; readonly integer: boolean }
  | { readonly kind: "boolean" }
  | { readonly kind: "choice"; readonly values: readonly unknown[] }
  | { readonly kind: "variants"; readonly variants: readonly { readonly title: string; readonly schema: JsonSchema }[] }
  | { readonly kind: "any" };

interface SchemaField {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** References may lead in circles: after this many for one schema it means anything. */
const REFERENCES_MAX = 40;

interface Budget {
  left: number;
}

/** Reads a schema, its references followed and its parts put together. */
export function shapeOf(given: unknown, root: unknown): SchemaShape {
  const budget: Budget = { left: REFERENCES_MAX };
  const whole = resolved(given, root, budget);
  const { schema, nullable } = withoutNull(whole, root, budget);
  return {
    type: typeOf(schema),
    nullable,
    title: textOf(whole["title"]) || textOf(schema["title"]),
    description: textOf(whole["description"]) || textOf(schema["description"]),
    default: whole["default"] ?? schema["default"],
    example: whole["example"] ?? listOf(whole["examples"])[0] ?? schema["example"] ?? listOf(schema["examples"])[0],
    schema,
  };
}

/** Follows "$ref" and puts "allOf" together. */
function resolved(given: unknown, root: unknown, budget: Budget): JsonSchema {
  const schema = schemaOf(given);
  budget.left -= 1;
  if (budget.left < 0) return {};
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    const { $ref: _, ...beside } = schema;
    return { ...resolved(pointed(reference, root), root, budget), ...beside };
  }
  const parts = listOf(schema["allOf"]);
  if (parts.length === 0) return schema;
  const { allOf: _, ...own } = schema;
  return parts.map((part) => resolved(part, root, budget)).reduce(together, own);
}

function together(left: JsonSchema, right: JsonSchema): JsonSchema {
  return {
    ...right,
    ...left,
    ...(left["properties"] || right["properties"]
      ? { properties: { ...schemaOf(right["properties"]), ...schemaOf(left["properties"]) } }
      : {}),
    required: [...new Set([...listOf(left["required"]), ...listOf(right["required"])])],
  };
}

/** "#/components/schemas/Thing" in the document; a reference to elsewhere means anything. */
function pointed(reference: string, root: unknown): unknown {
  if (reference === "#") return root;
  if (!reference.startsWith("#/")) return {};
  return reference
    .slice(2)
    .split("/")
    .map((part) => decodedPart(part).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>((inner, key) => (isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), root);
}

function decodedPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Takes "or null" out, however it is said. */
function withoutNull(
  schema: JsonSchema,
  root: unknown,
  budget: Budget,
): { readonly schema: JsonSchema; readonly nullable: boolean } {
  const types = listOf(schema["type"]);
  if (types.includes("null")) {
    const others = types.filter((type) => type !== "null");
    const narrowed = { ...schema, type: others.length === 1 ? others[0] : others };
    const values = listOf(schema["enum"]);
    return {
      schema: values.length > 0 ? { ...narrowed, enum: values.filter((one) => one !== null) } : narrowed,
      nullable: true,
    };
  }
  const key = Array.isArray(schema["anyOf"]) ? "anyOf" : "oneOf";
  const variants = listOf(schema[key]);
  const others = variants.filter((variant) => resolved(variant, root, { left: REFERENCES_MAX })["type"] !== "null");
  const nullable = others.length < variants.length || schema["nullable"] === true;
  if (variants.length === 0 || others.length !== 1 || budget.left <= 0)
    return { schema: variants.length === 0 ? schema : { ...schema, [key]: others }, nullable };
  const { [key]: _, ...own } = schema;
  const inner = withoutNull(resolved(others[0], root, budget), root, budget);
  return { schema: { ...inner.schema, ...own }, nullable: nullable || inner.nullable };
}

function typeOf(schema: JsonSchema): SchemaType {
  if ("const" in schema) return { kind: "choice", values: [schema["const"]] };
  const values = listOf(schema["enum"]);
  if (values.length > 0) return { kind: "choice", values };
  const variants = listOf(schema["oneOf"] ?? schema["anyOf"]);
  if (variants.length > 0) return { kind: "variants", variants: variants.map(variantOf) };
  const types = listOf(schema["type"]);
  if (types.length > 1) {
    return {
      kind: "variants",
      variants: types.map((type) => ({ title: textOf(type) || "other", schema: { ...schema, type } })),
    };
  }
  switch (types[0] ?? schema["type"] ?? guessedType(schema)) {
    case "object":
      return objectOf(schema);
    case "array":
      return { kind: "array", items: schemaOf(schema["items"]) };
    case "string":
      return { kind: "string", format: textOf(schema["format"]) };
    case "number":
    case "integer":
      return { kind: "number", integer: schema["type"] === "integer" };
    case "boolean":
      return { kind: "boolean" };
    default:
      return { kind: "any" };
  }
}

function guessedType(schema: JsonSchema): string {
  if ("properties" in schema || "additionalProperties" in schema) return "object";
  return "items" in schema ? "array" : "";
}

function objectOf(schema: JsonSchema): SchemaType {
  const required = new Set(listOf(schema["required"]));
  const fields = Object.entries(schemaOf(schema["properties"])).map(([name, inner]) => ({
    name,
    required: required.has(name),
    schema: schemaOf(inner),
  }));
  const others = schema["additionalProperties"];
  const isOpen = isRecord(others) || others === true || (fields.length === 0 && others !== false);
  return { kind: "object", fields, others: isOpen ? schemaOf(others) : undefined };
}

function variantOf(given: unknown, index: number) {
  const schema = schemaOf(given);
  const reference = textOf(schema["$ref"]).split("/").at(-1) ?? "";
  const marks = Object.values(schemaOf(schema["properties"])).map((property) => textOf(schemaOf(property)["const"]));
  const title = textOf(schema["title"]) || reference || marks.find((mark) => mark !== "") || textOf(schema["type"]);
  return { title: title || `Variant ${index + 1}`, schema };
}

/** A boolean schema, or none, is one without rules. */
function schemaOf(given: unknown): JsonSchema {
  return isRecord(given) ? given : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
