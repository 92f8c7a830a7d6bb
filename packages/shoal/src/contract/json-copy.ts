/** Stands for a copy that is left to JSON itself: its text is made and read, with all that JSON has to say of the value. */
export const NO_COPY: unique symbol = Symbol("no copy");

/** Deeper values are left to JSON; it also ends one that contains itself. */
const DEPTH_MAX = 64;
/** Of a number, a literal or a bracket with what stands around it, in bytes of JSON, at most. */
const TOKEN_BYTES = 26;
/** Of one UTF-16 unit, at most: "\u0000". */
const UNIT_BYTES = 6;

/** What is left of the bound of the copy that is being made; one is made at a time, and without a wait. */
let bytesLeft = 0;

/**
 * What `parseJson(JSON.stringify(value))` would give, for a fraction of its cost: undefined fields are dropped, numbers
 * that are none become null, and nothing is shared with the original. NO_COPY for what is rare and has rules of its
 * own: dates and all with a `toJSON`, instances of classes, bigints, functions, keys that may change a prototype.
 *
 * @param bytesMax NO_COPY when the JSON may be longer. The estimate is careful: six bytes for each character.
 */
export function jsonCopy(value: unknown, bytesMax: number): unknown {
  const outerBytesLeft = bytesLeft; // a getter may do anything
  bytesLeft = bytesMax;
  try {
    const copy = copyOf(value, 0);
    return bytesLeft < 0 ? NO_COPY : copy;
  } catch {
    return NO_COPY; // a getter that throws: JSON says what that means
  } finally {
    bytesLeft = outerBytesLeft;
  }
}

function copyOf(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case "string":
      bytesLeft -= value.length * UNIT_BYTES + TOKEN_BYTES;
      return value;
    case "number":
      bytesLeft -= TOKEN_BYTES;
      return Number.isFinite(value) ? value + 0 : null; // + 0: JSON has no -0
    case "boolean":
      bytesLeft -= TOKEN_BYTES;
      return value;
    case "object":
      bytesLeft -= TOKEN_BYTES;
      if (value === null) return null;
      if (depth === DEPTH_MAX || bytesLeft < 0) return NO_COPY;
      return Array.isArray(value) ? listOf(value, depth + 1) : recordOf(value, depth + 1);
    default:
      return NO_COPY;
  }
}

function listOf(list: readonly unknown[], depth: number): unknown {
  if (Object.getPrototypeOf(list) !== Array.prototype || hasOwnJson(list)) return NO_COPY;
  const copy: unknown[] = [];
  for (let index = 0; index < list.length; index += 1) {
    const item = copyOf(list[index], depth);
    if (item === NO_COPY) return NO_COPY;
    copy.push(item);
  }
  return copy;
}

function recordOf(record: object, depth: number): unknown {
  const prototype = Object.getPrototypeOf(record);
  if ((prototype !== Object.prototype && prototype !== null) || hasOwnJson(record)) return NO_COPY;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(record)) {
    const member = (record as Readonly<Record<string, unknown>>)[key];
    if (member === undefined) continue;
    const inner = isSuspect(key) ? NO_COPY : copyOf(member, depth);
    if (inner === NO_COPY) return NO_COPY;
    bytesLeft -= key.length * UNIT_BYTES;
    copy[key] = inner;
  }
  return copy;
}

function hasOwnJson(value: object): boolean {
  return "toJSON" in value;
}

/** What `parseJson` may drop. */
function isSuspect(key: string): boolean {
  return key === "__proto__" || key === "constructor";
}
