import type { AttributeValue } from "../../telemetry/records.ts";
import type { IntakeLimits } from "./limits.ts";

/** An AnyValue of OpenTelemetry, as JSON could hold it. A map is one without a prototype. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** Where lists and maps are nested deeper than the limit. */
export const TOO_DEEP = "…";

/** Items of one list or map that are kept. */
export const ITEMS_MAX = 1_000;

/** As an attribute: a map, or a list that holds more than scalars, becomes its JSON text; null becomes "". */
export function attributeValueOf(value: Plain, limits: IntakeLimits): AttributeValue {
  if (value === null) return "";
  if (typeof value !== "object") return value;
  if (!isScalarList(value)) return JSON.stringify(value);
  const chars = value.reduce<number>((sum, item) => sum + String(item).length, 0);
  return chars > limits.valueCharsMax ? JSON.stringify(value) : value;
}

/** As the text of a log record. */
export function textOfPlain(value: Plain): string {
  if (value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** JSON has no words for what is no finite number, and protobuf's mapping to it writes these. */
export function plainNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** Not an exact double: as its digits, so that none is lost. */
export function plainInteger(value: number | bigint): number | string {
  return typeof value === "number" ? value : String(value);
}

/** A map to be filled, whose keys cannot reach a prototype. */
export function createPlainMap(): Record<string, Plain> {
  return Object.create(null) as Record<string, Plain>;
}

function isScalarList(value: object): value is readonly (string | number | boolean)[] {
  return Array.isArray(value) && value.every((item) => item !== null && typeof item !== "object");
}
