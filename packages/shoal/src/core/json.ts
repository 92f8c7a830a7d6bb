/**
 * Parses JSON as data only: a key named `__proto__`, or `constructor` holding `prototype`, would change objects
 * it is later merged into, so it is dropped (the same rule as secure-json-parse, without its throw).
 * Throws SyntaxError.
 */
export function parseJson(text: string): unknown {
  return SUSPECT.test(text) ? JSON.parse(text, dropPrototypeKeys) : JSON.parse(text);
}

/** Any spelling of the two keys, escapes included: a backslash-u anywhere is enough to take the slow way. */
const SUSPECT = /__proto__|constructor|\\u/;

function dropPrototypeKeys(this: unknown, key: string, value: unknown): unknown {
  if (key === "__proto__") return undefined;
  if (key === "constructor" && typeof value === "object" && value !== null && Object.hasOwn(value, "prototype")) {
    return undefined;
  }
  return value;
}
