import { type JsonSchema, jsonSchemaOf, type Schema } from "./schema.ts";

/** Strings by name, as they stand in a URL or a header block; a name given several times is a list. */
export type TextRecord = Readonly<Record<string, string | readonly string[]>>;

/** Reads a query string (without "?"). `__proto__` is dropped. */
export function parseQuery(query: string): TextRecord {
  const record: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === "__proto__") continue;
    const before = Object.hasOwn(record, name) ? record[name] : undefined;
    if (before === undefined) record[name] = value;
    else if (typeof before === "string") record[name] = [before, value];
    else before.push(value);
  }
  return record;
}

/** Writes a query string with its "?", or "". Undefined is left out, a list repeats its name, null is empty. */
export function formatQuery(query: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined)
        search.append(name, item === null ? "" : item instanceof Date ? item.toISOString() : String(item));
    }
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

type Convert = (value: string | readonly string[]) => unknown;

/** Turns the texts of a URL into the types a schema asks for, as far as they are unambiguous. */
export type Coercer = (record: TextRecord) => Readonly<Record<string, unknown>>;

/**
 * Makes the conversion that a schema's JSON Schema calls for: number, integer and boolean from their text, a list
 * from a single value. A text that does not convert is left as it is, for the schema to refuse.
 */
export function coercerOf(schema: Schema): Coercer {
  const properties = (jsonSchemaOf(schema, "input")["properties"] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const converts = new Map<string, Convert>();
  for (const [name, property] of Object.entries(properties)) {
    const convert = convertOf(property);
    if (convert) converts.set(name, convert);
  }
  if (converts.size === 0) return (record) => record;
  return (record) => {
    const coerced: Record<string, unknown> = { ...record };
    for (const [name, convert] of converts) {
      const value = record[name];
      if (value !== undefined) coerced[name] = convert(value);
    }
    return coerced;
  };
}

function convertOf(property: JsonSchema): Convert | undefined {
  switch (property["type"]) {
    case "number":
    case "integer":
      return (value) => (typeof value === "string" ? toNumber(value) : value);
    case "boolean":
      return (value) => (value === "true" ? true : value === "false" ? false : value);
    case "array": {
      const item = convertOf((property["items"] ?? {}) as JsonSchema);
      return (value) => {
        const list = typeof value === "string" ? [value] : value;
        return item ? list.map((entry) => item(entry)) : list;
      };
    }
    default:
      return undefined;
  }
}

function toNumber(text: string): number | string {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : text;
}
