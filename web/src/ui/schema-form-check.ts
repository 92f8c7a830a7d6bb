import { type JsonSchema, type SchemaShape, shapeOf } from "./schema-form-schema.ts";

/** What a service would most likely refuse. */
export interface SchemaProblem {
  /** Where, as a JSON Pointer. */
  readonly path: string;
  readonly message: string;
  /** It was left empty: nothing to say before the person had a chance to fill it in. */
  readonly missing?: boolean;
}

const DEPTH_MAX = 24;
const PROBLEMS_MAX = 50;
/** Variants within variants multiply: after this many looks the rest is taken to be right. */
const LOOKS_MAX = 2_000;

/**
 * Checks a value by the rules of a schema that a form can show. It does not know all of JSON Schema, so it only warns:
 * the service has the last word.
 * @param root The document that "#" means.
 */
export function problemsOf(schema: JsonSchema, value: unknown, root: unknown): readonly SchemaProblem[] {
  return check({ schema, value, root, path: "", depth: 0, budget: { left: LOOKS_MAX } }).slice(0, PROBLEMS_MAX);
}

interface Checked {
  readonly schema: JsonSchema;
  readonly value: unknown;
  readonly root: unknown;
  readonly path: string;
  readonly depth: number;
  readonly budget: { left: number };
}

function check(checked: Checked): readonly SchemaProblem[] {
  const { value, path, depth, budget } = checked;
  budget.left -= 1;
  if (depth > DEPTH_MAX || budget.left < 0) return [];
  const shape = shapeOf(checked.schema, checked.root);
  if (value === null && shape.nullable) return [];
  const said = (message: string | undefined) =>
    message === undefined ? [] : [{ path, message, missing: value === "" }];
  const { type } = shape;
  switch (type.kind) {
    case "object":
      return isObject(value) ? membersOf(checked, shape, value) : said("must be an object");
    case "array":
      return Array.isArray(value) ? itemsOf(checked, shape, value) : said("must be a list");
    case "string":
      return said(typeof value === "string" ? textProblem(shape.schema, value) : "must be a text");
    case "number":
      return said(typeof value === "number" ? numberProblem(shape.schema, value, type.integer) : "must be a number");
    case "boolean":
      return said(typeof value === "boolean" ? undefined : "must be true or false");
    case "choice":
      return said(
        type.values.some((one) => JSON.stringify(one) === JSON.stringify(value))
          ? undefined
          : `must be ${type.values.map((one) => JSON.stringify(one)).join(" or ")}`.slice(0, 200),
      );
    case "variants": {
      const tried = type.variants.map(({ schema }) => check({ ...checked, schema, depth: depth + 1 }));
      return tried.some((problems) => problems.length === 0) ? [] : (fewest(tried) ?? []);
    }
    case "any":
      return [];
    default:
      return type satisfies never;
  }
}

function membersOf(checked: Checked, { type }: SchemaShape, value: Readonly<Record<string, unknown>>) {
  if (type.kind !== "object") return [];
  return type.fields.flatMap(({ name, required, schema }): readonly SchemaProblem[] => {
    const path = `${checked.path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const inner = Object.hasOwn(value, name) ? value[name] : undefined;
    if (inner === undefined) return required ? [{ path, message: "is needed", missing: true }] : [];
    return check({ ...checked, schema, value: inner, path, depth: checked.depth + 1 });
  });
}

function itemsOf(checked: Checked, { type, schema }: SchemaShape, value: readonly unknown[]) {
  const { path, depth } = checked;
  const { minItems, maxItems } = schema;
  const problems: SchemaProblem[] = [];
  if (typeof minItems === "number" && value.length < minItems)
    problems.push({ path, message: `needs ${minItems} items` });
  if (typeof maxItems === "number" && value.length > maxItems)
    problems.push({ path, message: `takes ${maxItems} items` });
  const items = type.kind === "array" ? type.items : {};
  return problems.concat(
    value.flatMap((item, index) =>
      check({ ...checked, schema: items, value: item, path: `${path}/${index}`, depth: depth + 1 }),
    ),
  );
}

function textProblem({ minLength, maxLength, pattern }: JsonSchema, value: string): string | undefined {
  if (typeof minLength === "number" && value.length < minLength) {
    return minLength === 1 ? "must not be empty" : `needs at least ${minLength} characters`;
  }
  if (typeof maxLength === "number" && value.length > maxLength) return `takes at most ${maxLength} characters`;
  return typeof pattern === "string" && !matches(pattern, value) ? `must match ${pattern}`.slice(0, 200) : undefined;
}

/** A pattern comes from the service; one that cannot be read, or a long text that it might choke on, is not checked. */
function matches(pattern: string, value: string): boolean {
  if (value.length > 200) return true;
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}

function numberProblem(schema: JsonSchema, value: number, integer: boolean): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (integer && !Number.isInteger(value)) return "must be a whole number";
  if (typeof minimum === "number" && value < minimum) return `must be at least ${minimum}`;
  if (typeof maximum === "number" && value > maximum) return `must be at most ${maximum}`;
  if (typeof exclusiveMinimum === "number" && value <= exclusiveMinimum) return `must be more than ${exclusiveMinimum}`;
  if (typeof exclusiveMaximum === "number" && value >= exclusiveMaximum) return `must be less than ${exclusiveMaximum}`;
  return undefined;
}

function fewest(all: readonly (readonly SchemaProblem[])[]): readonly SchemaProblem[] | undefined {
  return all.toSorted((left, right) => left.length - right.length)[0];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
