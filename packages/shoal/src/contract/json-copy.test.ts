import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "../core/json.ts";
import { createJsonCopier, NO_COPY } from "./json-copy.ts";

const BYTES_MAX = 1_000_000;
const jsonCopy = (value: unknown, bytesMax: number) => createJsonCopier()(value, bytesMax);
const copyOf = (value: unknown) => jsonCopy(value, BYTES_MAX);
const asJson = (value: unknown) => parseJson(JSON.stringify(value));

describe("createJsonCopier", () => {
  it("gives what JSON would, of any value, or leaves it to JSON", () => {
    const odd = fc.constantFrom<unknown>(undefined, Number.NaN, -0, Number.POSITIVE_INFINITY, null);
    const key = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toJSON", "0", "length"));
    const value = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.oneof(fc.string({ unit: "binary" }), fc.double(), fc.boolean(), odd),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(key, tie("value"), { maxKeys: 5 }),
      ),
    })).value;
    let copied = 0;
    fc.assert(
      fc.property(value, (original) => {
        const copy = copyOf(original);
        if (copy === NO_COPY) return;
        copied += 1;
        expect(copy).toStrictEqual(asJson(original));
        expect(JSON.stringify(copy)).toBe(JSON.stringify(original));
      }),
    );
    expect(copied).toBeGreaterThan(20);
  });

  it("shares nothing with the original", () => {
    const original = { list: [{ deep: { text: "a" } }] };
    const copy = copyOf(original) as typeof original;
    for (const { deep } of original.list) deep.text = "changed";
    original.list.push({ deep: { text: "more" } });
    expect(copy).toEqual({ list: [{ deep: { text: "a" } }] });
  });

  it("drops undefined fields and fields with a symbol, makes null of numbers that are none, and 0 of -0", () => {
    const original = { a: undefined, b: Number.NaN, c: Number.NEGATIVE_INFINITY, d: -0, [Symbol("s")]: 1 };
    const copy = copyOf(original);
    expect(copy).toStrictEqual({ b: null, c: null, d: 0 });
    expect(Reflect.ownKeys(copy as object)).toEqual(["b", "c", "d"]);
  });

  it("reads what a getter gives, and copies a record without prototype", () => {
    const record = Object.assign(Object.create(null), { a: 1 });
    Object.defineProperty(record, "b", { get: () => 2, enumerable: true });
    Object.defineProperty(record, "hidden", { value: 3, enumerable: false });
    expect(copyOf(record)).toStrictEqual({ a: 1, b: 2 });
  });

  class Money {
    readonly cents = 5;
  }
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  const throwing = {
    get text(): string {
      throw new Error("not now");
    },
  };
  const deep = Array.from({ length: 70 }).reduce<unknown>((inner) => [inner], "deep");
  it.each<[string, unknown]>([
    ["a date", { at: new Date(0) }],
    ["an own toJSON", { toJSON: () => "other" }],
    ["a list with a toJSON", Object.assign([1], { toJSON: () => "other" })],
    ["an instance of a class", new Money()],
    ["a text in a box", { text: new String("boxed") }],
    ["a list of a class of its own", { list: new (class extends Array {})() }],
    ["a bigint", { id: 5n }],
    ["a function", { run: () => {} }],
    ["a symbol", [Symbol("s")]],
    ["undefined in a list", [1, undefined]],
    ["a hole in a list", new Array(2)],
    ["nothing", undefined],
    ["a key that parsing drops", JSON.parse('{"__proto__":{"admin":true}}')],
    ["a constructor", { constructor: { prototype: {} } }],
    ["one that contains itself", circle],
    ["one that is very deep", deep],
    ["a getter that throws", throwing],
  ])("leaves %s to JSON", (_, value) => {
    expect(copyOf(value)).toBe(NO_COPY);
    expect(copyOf([value])).toBe(NO_COPY);
  });

  it("is bounded by the bytes that its JSON may have, never too late", () => {
    const texts = fc.array(fc.string({ unit: "binary", maxLength: 20 }), { maxLength: 20 });
    fc.assert(
      fc.property(texts, fc.nat(2_000), (value, bytesMax) => {
        if (jsonCopy(value, bytesMax) === NO_COPY) return;
        expect(Buffer.byteLength(JSON.stringify(value))).toBeLessThanOrEqual(bytesMax);
      }),
    );
    expect(jsonCopy("x".repeat(100), 700)).toBe("x".repeat(100));
    expect(jsonCopy({ ["k".repeat(100)]: 1 }, 500)).toBe(NO_COPY);
    expect(
      jsonCopy(
        Array.from({ length: 1_000 }, () => []),
        10_000,
      ),
    ).toBe(NO_COPY);
  });

  it("keeps its bound when a getter copies something else", () => {
    const value = {
      get text() {
        jsonCopy("x".repeat(10), 10_000);
        return "y".repeat(100);
      },
    };
    expect(jsonCopy(value, 400)).toBe(NO_COPY);
  });

  it("copies the same whatever it has learned of the values before", () => {
    const inner = fc.record({ at: fc.oneof(fc.double(), fc.string()), on: fc.boolean() }, { requiredKeys: ["at"] });
    const value = fc.record(
      {
        id: fc.string({ unit: "binary" }),
        'odd "key"\n\u2028': fc.option(fc.integer(), { nil: undefined }),
        inner: fc.oneof(inner, fc.constant(null), fc.constant("text")),
        list: fc.array(inner, { maxLength: 3 }),
        extra: fc.boolean(),
      },
      { requiredKeys: ["id", "inner"] },
    );
    fc.assert(
      fc.property(value, fc.array(value, { minLength: 1, maxLength: 3 }), fc.nat(4_000), (usual, others, bytesMax) => {
        const copier = createJsonCopier();
        for (let time = 0; time < 40; time += 1) expect(copier(usual, BYTES_MAX)).toStrictEqual(asJson(usual));
        for (const other of [...others, usual, ...others]) {
          const copy = copier(other, BYTES_MAX);
          expect(copy).toStrictEqual(asJson(other));
          expect(JSON.stringify(copy)).toBe(JSON.stringify(other));
          if (copier(other, bytesMax) !== NO_COPY) {
            expect(Buffer.byteLength(JSON.stringify(other))).toBeLessThanOrEqual(bytesMax);
          }
        }
      }),
    );
  });

  it("shares nothing with what it has learned from", () => {
    const copier = createJsonCopier();
    const value = { list: [{ text: "a" }] };
    const copies = Array.from({ length: 40 }, () => copier(value, BYTES_MAX) as typeof value);
    value.list.push({ text: "b" });
    for (const { list } of copies) expect(list).toStrictEqual([{ text: "a" }]);
    expect(new Set(copies.map(({ list }) => list)).size).toBe(40);
  });

  it("leaves odd values to JSON also when it knows their keys", () => {
    const copier = createJsonCopier();
    for (let time = 0; time < 40; time += 1) copier({ at: "now", by: { name: "a" } }, BYTES_MAX);
    expect(copier({ at: new Date(0), by: { name: "a" } }, BYTES_MAX)).toBe(NO_COPY);
    expect(copier({ at: "now", by: new Money() }, BYTES_MAX)).toBe(NO_COPY);
    expect(copier({ at: undefined, by: { name: undefined } }, BYTES_MAX)).toStrictEqual({ by: {} });
  });
});
