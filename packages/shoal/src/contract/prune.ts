import { type JsonSchema, jsonSchemaOf, type Schema } from "./schema.ts";

/** Returns a value without the fields its schema does not declare; the same value when there is nothing to drop. */
export type Pruner = (value: unknown) => unknown;

/**
 * These drop undeclared fields themselves, and keep them only where their author says so (looseObject, passthrough).
 * Others, arktype among them, keep what they do not know.
 */
const STRIPPING_VENDORS: ReadonlySet<string> = new Set(["zod", "valibot"]);

/** True for a schema that answers with objects and lists of its own making, of declared fields alone. */
export function isStripping(schema: Schema): boolean {
  return STRIPPING_VENDORS.has(schema["~standard"].vendor);
}

const pruners = new WeakMap<Schema, Pruner>();
const keep: Pruner = (value) => value;

/**
 * What drops a schema's undeclared fields: a field that nobody declared is a field that nobody checked, and one that
 * leaves a service unseen is a leak. Driven by the schema's JSON Schema; without one nothing is dropped.
 */
export function prunerOf(schema: Schema): Pruner {
  if (isStripping(schema)) return keep;
  let pruner = pruners.get(schema);
  if (!pruner) {
    const shape = shapeOf(jsonSchemaOf(schema, "output"));
    pruner = (value) => prune(value, shape);
    pruners.set(schema, pruner);
  }
  return pruner;
}

/** What may be inside a value: anything, or the members of an object and the items of a list; a scalar has neither. */
type Shape = "any" | { readonly object: ObjectShape | undefined; readonly list: ListShape | undefined };
/** Made when first needed: a schema may contain itself. */
type Lazy = () => Shape;

interface ObjectShape {
  readonly properties: ReadonlyMap<string, Lazy>;
  /** For members not listed; undefined drops them. */
  readonly rest: Lazy | undefined;
}

interface ListShape {
  readonly first: readonly Lazy[];
  readonly rest: Lazy;
}

const ANY: Lazy = () => "any";

function prune(value: unknown, shape: Shape): unknown {
  if (shape === "any" || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const { list } = shape;
    return list ? value.map((item, index) => prune(item, (list.first[index] ?? list.rest)())) : value;
  }
  const { object } = shape;
  if (!object || !isPlain(value)) return value;
  const kept: [string, unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    const inner = object.properties.get(name) ?? object.rest;
    if (inner) kept.push([name, prune(member, inner())]);
  }
  return Object.fromEntries(kept);
}

/** A Date or a class's instance is a value of its own, not a bag of fields. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function shapeOf(root: JsonSchema): Shape {
  const made = new Map<unknown, Lazy>();
  const lazy = (schema: unknown): Lazy => {
    if (typeof schema !== "object" || schema === null) return ANY;
    const known = made.get(schema);
    if (known) return known;
    let shape: Shape | undefined;
    const make = () => {
      shape ??= compile(schema as JsonSchema, root, lazy);
      return shape;
    };
    made.set(schema, make);
    return make;
  };
  return lazy(root)();
}

function compile(schema: JsonSchema, root: JsonSchema, lazy: (schema: unknown) => Lazy): Shape {
  const { $ref: reference, anyOf, oneOf, allOf } = schema;
  const parts: Shape[] = [];
  if (typeof reference === "string") parts.push(lazy(resolve(root, reference))());
  for (const branches of [anyOf, oneOf, allOf]) {
    if (Array.isArray(branches)) for (const branch of branches) parts.push(lazy(branch)());
  }
  const own = ownShape(schema, lazy);
  if (parts.length === 0) return own ?? "any";
  return (own ? [own, ...parts] : parts).reduce(merge);
}

/** What a schema says of itself, without its branches; undefined when it says nothing of fields or items. */
function ownShape(schema: JsonSchema, lazy: (schema: unknown) => Lazy): Shape | undefined {
  const { type, properties, patternProperties, additionalProperties, items, prefixItems } = schema;
  const object = properties || additionalProperties !== undefined || patternProperties ? objectShape() : undefined;
  const list = items !== undefined || prefixItems ? listShape() : undefined;
  if (object || list) return { object, list };
  const isScalar = typeof type === "string" && type !== "object" && type !== "array";
  return isScalar || "const" in schema || "enum" in schema ? { object: undefined, list: undefined } : undefined;

  function objectShape(): ObjectShape {
    const members = Object.entries((properties ?? {}) as JsonSchema);
    const closed = additionalProperties === undefined || additionalProperties === false;
    // Which pattern a name matches is the schema's affair: what it let through with a pattern stays whole.
    const rest = patternProperties ? ANY : closed ? undefined : lazy(additionalProperties);
    return { properties: new Map(members.map(([name, member]) => [name, lazy(member)])), rest };
  }

  function listShape(): ListShape {
    return { first: ((prefixItems ?? []) as unknown[]).map(lazy), rest: lazy(items) };
  }
}

/** Either shape may be the right one (anyOf), or both are (allOf): what one of them declares stays. */
function merge(left: Shape, right: Shape): Shape {
  if (left === "any" || right === "any") return "any";
  return { object: mergeObjects(left.object, right.object), list: mergeLists(left.list, right.list) };
}

function mergeObjects(left: ObjectShape | undefined, right: ObjectShape | undefined): ObjectShape | undefined {
  if (!left || !right) return left ?? right;
  const properties = new Map(left.properties);
  for (const [name, shape] of right.properties) properties.set(name, either(properties.get(name), shape));
  return { properties, rest: left.rest && right.rest ? either(left.rest, right.rest) : (left.rest ?? right.rest) };
}

function mergeLists(left: ListShape | undefined, right: ListShape | undefined): ListShape | undefined {
  if (!left || !right) return left ?? right;
  const length = Math.max(left.first.length, right.first.length);
  const first = Array.from({ length }, (_, index) =>
    either(left.first[index] ?? left.rest, right.first[index] ?? right.rest),
  );
  return { first, rest: either(left.rest, right.rest) };
}

function either(left: Lazy | undefined, right: Lazy): Lazy {
  return left ? () => merge(left(), right()) : right;
}

/** "#" or "#/$defs/node": the only references that JSON Schemas made of code contain. */
function resolve(root: JsonSchema, reference: string): unknown {
  let schema: unknown = root;
  for (const step of reference.split("/").slice(1)) {
    const name = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    schema = (schema as JsonSchema | undefined)?.[name];
  }
  return schema;
}
