import { type } from "arktype";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { coercerOf, formatQuery, parseQuery } from "./query.ts";

describe("parseQuery", () => {
  it.each([
    ["", {}],
    ["a=1", { a: "1" }],
    ["a=1&a=2&a=3", { a: ["1", "2", "3"] }],
    ["a=&b", { a: "", b: "" }],
    ["a+b=c%20d", { "a b": "c d" }],
    ["a[]=1&a[]=2", { "a[]": ["1", "2"] }],
    ["%zz=%", { "%zz": "%" }],
  ])("reads %j", (query, expected) => {
    expect(parseQuery(query)).toEqual(expected);
  });

  it("drops __proto__ and takes toString for the name it is", () => {
    const record = parseQuery("__proto__=x&__proto__=y&toString=1&constructor=2");
    expect(Object.entries(record)).toEqual([
      ["toString", "1"],
      ["constructor", "2"],
    ]);
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
  });
});

describe("formatQuery", () => {
  it("writes what parseQuery reads", () => {
    const names = fc.string({ minLength: 1 }).filter((name) => name !== "__proto__");
    const texts = fc.string({ unit: "grapheme" });
    const lists = fc.array(texts, { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.dictionary(names, fc.oneof(texts, lists)), (query) => {
        expect(parseQuery(formatQuery(query).slice(1))).toEqual({ ...query });
      }),
    );
  });

  it("leaves out what is undefined, also in lists, and writes dates and null", () => {
    const when = new Date("2026-01-02T03:04:05Z");
    expect(formatQuery({ a: undefined, b: null, c: [1, undefined, true], d: when, e: [] })).toBe(
      "?b=&c=1&c=true&d=2026-01-02T03%3A04%3A05.000Z",
    );
    expect(formatQuery({ a: undefined })).toBe("");
  });
});

describe("coercerOf", () => {
  const coerce = coercerOf(
    z.object({
      text: z.string(),
      number: z.number(),
      integer: z.int(),
      flag: z.boolean(),
      list: z.array(z.number()),
      either: z.union([z.number(), z.literal("all")]),
    }),
  );

  it.each([
    [{ text: "12" }, { text: "12" }],
    [{ number: "1.5" }, { number: 1.5 }],
    [{ number: "1e3" }, { number: 1_000 }],
    [{ number: "" }, { number: "" }],
    [{ number: " " }, { number: " " }],
    [{ number: "Infinity" }, { number: "Infinity" }],
    [{ number: ["1", "2"] }, { number: ["1", "2"] }],
    [{ integer: "-3" }, { integer: -3 }],
    [{ flag: "true" }, { flag: true }],
    [{ flag: "false" }, { flag: false }],
    [{ flag: "1" }, { flag: "1" }],
    [{ list: "1" }, { list: [1] }],
    [{ list: ["1", "x"] }, { list: [1, "x"] }],
    [{ either: "5" }, { either: "5" }],
    [{ unknown: "1" }, { unknown: "1" }],
  ])("makes of %j what is unambiguous: %j", (record, expected) => {
    expect(coerce(record)).toEqual(expected);
  });

  it("changes nothing when there is nothing to convert, or no JSON Schema to go by", () => {
    const record = { a: "1" };
    expect(coercerOf(z.object({ a: z.string() }))(record)).toBe(record);
    const bare = { "~standard": { version: 1, vendor: "bare", validate: (value: unknown) => ({ value }) } } as const;
    expect(coercerOf(bare)(record)).toBe(record);
  });

  it("goes by arktype's JSON Schema as well", () => {
    expect(coercerOf(type({ n: "number", "b?": "boolean" }))({ n: "1", b: "true" })).toEqual({ n: 1, b: true });
  });
});
