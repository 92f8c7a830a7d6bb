import { problemsOf } from "./schema-form-check.ts";
import { initialValue } from "./schema-form-initial.ts";
import { type JsonSchema, type SchemaShape, shapeOf } from "./schema-form-schema.ts";

/** Schemas may refer to themselves: what is deeper, and need not be there, is left out. */
const DEPTH_MAX = 5;

/**
 * A value that a service would most likely take, with what is optional too: examples and defaults of the schema, else
 * something plausible by format and name, so that a request can be tried at once.
 * @param root The document that "#" means.
 * @param name Of the member, which says more than its type.
 * @param nowMs Unix ms, for dates.
 */
export function exampleValue(schema: JsonSchema, root: unknown, name: string, nowMs: number): unknown {
  return made({ schema, name, depth: 0 }, { root, nowMs });
}

interface Wanted {
  readonly schema: JsonSchema;
  readonly name: string;
  readonly depth: number;
}

interface Around {
  readonly root: unknown;
  readonly nowMs: number;
}

function made({ schema, name, depth }: Wanted, around: Around): unknown {
  const { root, nowMs } = around;
  const shape = shapeOf(schema, root);
  if (shape.example !== undefined) return shape.example;
  if (depth > DEPTH_MAX) return initialValue(schema, root);
  const { type } = shape;
  switch (type.kind) {
    case "object":
      return Object.fromEntries(
        type.fields
          .filter(({ required }) => required || depth < DEPTH_MAX)
          .map((field) => [field.name, made({ schema: field.schema, name: field.name, depth: depth + 1 }, around)])
          .filter(([, value]) => value !== undefined),
      );
    case "array": {
      const count = Math.min(3, Math.max(1, countOf(shape.schema["minItems"])));
      return Array.from({ length: count }, () => made({ schema: type.items, name, depth: depth + 1 }, around));
    }
    case "variants":
      return made({ schema: type.variants[0]?.schema ?? {}, name, depth: depth + 1 }, around);
    case "string":
      return shape.default ?? textFor(shape, { name, root, nowMs, format: type.format });
    case "boolean":
      return shape.default ?? true;
    case "any":
      return shape.default;
    default:
      return shape.default ?? initialValue({ ...shape.schema, default: undefined }, root);
  }
}

interface TextWanted extends Around {
  readonly name: string;
  readonly format: string;
}

/** The first that the schema's rules allow; "" when none does, for the person to fill in. */
function textFor({ schema }: SchemaShape, wanted: TextWanted): string {
  const candidates = [byFormat(wanted), byName(wanted.name), wanted.name || "example", ...ANY].filter(
    (text) => text !== undefined,
  );
  const fitted = candidates.flatMap((text) => [text, sized(text, schema)]);
  return fitted.find((text) => problemsOf(schema, text, wanted.root).length === 0) ?? "";
}

function byFormat({ format, nowMs }: TextWanted): string | undefined {
  const iso = new Date(nowMs).toISOString();
  const all: Readonly<Record<string, string>> = {
    "date-time": iso,
    date: iso.slice(0, 10),
    time: iso.slice(11, 19),
    duration: "PT5M",
    email: "ada@example.org",
    uri: "https://example.org/",
    url: "https://example.org/",
    hostname: "example.org",
    ipv4: "192.0.2.1",
    ipv6: "2001:db8::1",
    uuid: "6f1c3a52-9d0e-4b7a-8f21-3c5d7e9a1b24",
  };
  return all[format];
}

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/e-?mail/i, "ada@example.org"],
  [/phone|mobile|tel$/i, "+441632960001"],
  [/country/i, "GB"],
  [/currency/i, "EUR"],
  [/(url|link|website)$/i, "https://example.org/"],
  [/date|day$/i, "2026-01-31"],
  [/(at|time)$/i, "2026-01-31T12:00:00Z"],
  [/first.?name/i, "Ada"],
  [/(last|family).?name|surname/i, "Lovelace"],
  [/name$/i, "Ada Lovelace"],
  [/city|town/i, "London"],
  [/street|address/i, "12 St James's Square"],
  [/zip|post.?code/i, "SW1Y 4JH"],
  [/lang|locale/i, "en"],
];

/** What patterns ask for most often. */
const ANY = [
  "1",
  "A1",
  "abc",
  "ABC",
  "00000000",
  "+441632960001",
  "2026-01-31",
  "6f1c3a52-9d0e-4b7a-8f21-3c5d7e9a1b24",
];

function byName(name: string): string | undefined {
  return NAMES.find(([pattern]) => pattern.test(name))?.[1];
}

/** As long as it has to be. */
function sized(text: string, { minLength, maxLength }: JsonSchema): string {
  const padded = typeof minLength === "number" ? text.padEnd(Math.min(minLength, 1_000), "x") : text;
  return typeof maxLength === "number" ? padded.slice(0, maxLength) : padded;
}

function countOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
