import { compileRecordMaker, type RecordMaker } from "./record-maker.ts";

/** Stands for a copy that is left to JSON itself: its text is made and read, with all that JSON has to say of the value. */
export const NO_COPY: unique symbol = Symbol("no copy");

/** Makes a copy; see `createJsonCopier`. @param bytesMax NO_COPY when the JSON may be longer. */
export type JsonCopier = (value: unknown, bytesMax: number) => unknown;

/** Deeper values are left to JSON; it also ends one that contains itself. */
const DEPTH_MAX = 64;
/** Of a number, a literal or a bracket with what stands around it, in bytes of JSON, at most. */
const TOKEN_BYTES = 26;
/** Of one UTF-16 unit, at most: "\u0000". */
const UNIT_BYTES = 6;
/** So many records with the same keys, one after the other, are worth a maker of their own. */
const ALIKE_MIN = 32;
/** With more keys, or deeper inside, nothing is learned. */
const KEYS_MAX = 32;
const LEARNED_DEPTH_MAX = 8;

/** What is left of the bound of the copy that is being made; one is made at a time, and without a wait. */
let bytesLeft = 0;

/**
 * Makes copies of values that are alike, such as the bodies of one operation: what `parseJson(JSON.stringify(value))`
 * would give, for a tenth of its cost. Undefined fields are dropped, numbers that are none become null, and nothing is
 * shared with the original. NO_COPY for what is rare and has rules of its own: dates and all with a `toJSON`, instances
 * of classes, bigints, functions, keys that may change a prototype. Lengths are estimated with care: six bytes for
 * each character.
 */
export function createJsonCopier(): JsonCopier {
  const shape = new Shape();
  return (value, bytesMax) => {
    const outerBytesLeft = bytesLeft; // a getter may do anything
    bytesLeft = bytesMax;
    try {
      const copy = copyOf(value, shape, 0);
      return bytesLeft < 0 ? NO_COPY : copy;
    } catch {
      return NO_COPY; // a getter that throws: JSON says what that means
    } finally {
      bytesLeft = outerBytesLeft;
    }
  };
}

/** What was learned of the values at one place in a larger one: their usual keys, and what makes a record of those. */
class Shape {
  #keys: readonly string[] = [];
  #keyBytes = 0;
  #alike = 0;
  #make: RecordMaker<Shape> | undefined;
  #members: readonly Shape[] = [];
  #items: Shape | undefined;

  /** All items of a list are taken for alike. */
  get items(): Shape {
    this.#items ??= new Shape();
    return this.#items;
  }

  memberAt(index: number): Shape | undefined {
    return this.#members[index];
  }

  /** True for the keys that are usual here; what others there are is learned. */
  knows(keys: readonly string[], depth: number): boolean {
    const usual = this.#keys;
    let index = keys.length === usual.length ? 0 : -1;
    while (index >= 0 && index < usual.length) index = keys[index] === usual[index] ? index + 1 : -1;
    if (index < 0 && this.#make === undefined) this.#learn(keys, depth);
    return index >= 0;
  }

  /** A copy of a record with the usual keys. NO_COPY for want of a member, or of enough records like it. */
  make(record: object, depth: number): unknown {
    if (this.#alike < ALIKE_MIN) {
      this.#alike += 1;
      if (this.#alike === ALIKE_MIN) this.#make = compileRecordMaker(this.#keys, copyOf, NO_COPY);
    }
    if (this.#make === undefined) return NO_COPY;
    bytesLeft -= this.#keyBytes;
    return this.#make(record, this.#members, depth);
  }

  #learn(keys: readonly string[], depth: number): void {
    if (keys.length > KEYS_MAX || depth > LEARNED_DEPTH_MAX || keys.some(isSuspect)) return;
    this.#keys = keys;
    this.#keyBytes = keys.join("").length * UNIT_BYTES;
    this.#members = keys.map(() => new Shape());
    this.#alike = 0;
  }
}

function copyOf(value: unknown, shape: Shape | undefined, depth: number): unknown {
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
      if (depth === DEPTH_MAX || bytesLeft < 0 || hasOwnRules(value)) return NO_COPY;
      return Array.isArray(value) ? listOf(value, shape, depth + 1) : recordOf(value, shape, depth + 1);
    default:
      return NO_COPY;
  }
}

/** True for all but plain records and lists, and for those that say themselves what JSON is to make of them. */
function hasOwnRules(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null || prototype === Array.prototype;
  return !isPlain || (value as { readonly toJSON?: unknown }).toJSON !== undefined;
}

function listOf(list: readonly unknown[], shape: Shape | undefined, depth: number): unknown {
  const items = shape?.items;
  const copy: unknown[] = list.slice(); // as long as it has to be: one that grows takes a multiple of the memory
  for (let index = 0; index < copy.length; index += 1) {
    const item = copyOf(list[index], items, depth);
    if (item === NO_COPY) return NO_COPY;
    copy[index] = item;
  }
  return copy;
}

function recordOf(record: object, shape: Shape | undefined, depth: number): unknown {
  const keys = Object.keys(record);
  const isKnown = shape?.knows(keys, depth) === true;
  const made = isKnown ? shape.make(record, depth) : NO_COPY;
  if (made !== NO_COPY) return made;
  const copy: Record<string, unknown> = {};
  for (let index = 0; index < keys.length; index += 1) {
    const key = keys[index] as string;
    const member = (record as Readonly<Record<string, unknown>>)[key];
    if (member === undefined) continue;
    const inner = isSuspect(key) ? NO_COPY : copyOf(member, isKnown ? shape.memberAt(index) : undefined, depth);
    if (inner === NO_COPY) return NO_COPY;
    bytesLeft -= key.length * UNIT_BYTES;
    copy[key] = inner;
  }
  return copy;
}

/** What `parseJson` may drop. */
function isSuspect(key: string): boolean {
  return key === "__proto__" || key === "constructor";
}
