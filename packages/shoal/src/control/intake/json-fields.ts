/** An object of a JSON body. Its fields are read by name and nothing is copied, so that no key can do harm. */
export type Json = Readonly<Record<string, unknown>>;

const NOTHING: Json = Object.freeze({});

/** The object in a field; an empty one when there is none. */
export function objectIn(holder: Json, key: string): Json {
  const value = holder[key];
  return isObject(value) ? value : NOTHING;
}

/** The objects of a list in a field; what is none is passed over. */
export function objectsIn(holder: Json, key: string): readonly Json[] {
  const list = holder[key];
  if (!Array.isArray(list)) return [];
  return list.every(isObject) ? list : list.filter(isObject);
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** "" when it is no text. */
export function textIn(holder: Json, key: string): string {
  const value = holder[key];
  return typeof value === "string" ? value : "";
}

/** A number, or a 64-bit one that protobuf's JSON writes as a string; NaN when it is neither. */
export function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value === "" || value.length > 32) return Number.NaN;
  return Number(value);
}

/** A count: 0 when absent, negative or no number. */
export function countIn(holder: Json, key: string): number {
  const value = holder[key];
  if (value === undefined) return 0;
  const number = numberOf(value);
  return number > 0 && Number.isFinite(number) ? Math.floor(number) : 0;
}

/**
 * An enum: OpenTelemetry writes its number, but not all who write by hand do.
 * @param names By number, such as ["STATUS_CODE_UNSET", …]. 0 for what is unknown.
 */
export function enumIn(holder: Json, key: string, names: readonly string[]): number {
  const value = holder[key];
  if (typeof value === "string" && !/^\d+$/.test(value)) return Math.max(0, names.indexOf(value));
  return countIn(holder, key);
}
