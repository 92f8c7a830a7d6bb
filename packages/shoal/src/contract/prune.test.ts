import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { prunerOf } from "./prune.ts";
import type { Schema } from "./schema.ts";
import { validate } from "./validate.ts";

const X = { extra: 1 };
const through = async (schema: Schema, value: unknown) => {
  const checked = await validate(schema, value, "value");
  return checked.ok ? checked.value : checked.issues;
};

describe("a schema of a library that keeps what it does not know", () => {
  it.each<[string, Schema, unknown, unknown]>([
    ["a member", type({ a: "number" }), { a: 1, ...X }, { a: 1 }],
    ["a member of a member", type({ a: { b: "number" } }), { a: { b: 1, ...X } }, { a: { b: 1 } }],
    ["of items", type({ a: "number" }).array(), [{ a: 1, ...X }], [{ a: 1 }]],
    ["of a tuple", type(["string", { a: "number" }]), ["s", { a: 1, ...X }], ["s", { a: 1 }]],
    ["of a record's values", type({ "[string]": { a: "number" } }), { k: { a: 1, ...X } }, { k: { a: 1 } }],
    [
      "of one branch",
      type({ k: "'x'", x: { a: "number" } }).or({ k: "'y'", y: "1" }),
      { k: "x", x: { a: 1, ...X }, ...X },
      { k: "x", x: { a: 1 } },
    ],
    ["of a list or null", type({ a: type({ b: "1" }).array().or("null") }), { a: [{ b: 1, ...X }] }, { a: [{ b: 1 }] }],
    ["of what may be null", type({ a: type({ b: "1" }).or("null") }), { a: null, ...X }, { a: null }],
  ])("loses %s", async (_, schema, value, expected) => {
    expect(await through(schema, value)).toEqual(expected);
  });

  it.each([
    ["a record beside fields", { anyOf: [{ additionalProperties: { type: "number" } }, { properties: { a: {} } }] }],
    ["fields beside a record", { oneOf: [{ properties: { a: {} } }, { additionalProperties: true }] }],
    ["two records", { allOf: [{ additionalProperties: { type: "number" } }, { additionalProperties: {} }] }],
    ["fields of both parts", { allOf: [{ properties: { a: {} } }, { properties: { extra: {} } }] }],
    ["a pattern", { properties: { a: {} }, patternProperties: { "^e": {} } }],
  ])("keeps what %s may declare", async (_, jsonSchema) => {
    const made = () => jsonSchema;
    const schema = {
      "~standard": {
        version: 1,
        vendor: "made",
        validate: (value: unknown) => ({ value }),
        jsonSchema: { output: made },
      },
    } as unknown as Schema;
    expect(await through(schema, { a: { deep: 1 }, extra: 1 })).toEqual({ a: { deep: 1 }, extra: 1 });
  });

  it("loses them in a tree as deep as it goes", async () => {
    const Tree = type({ name: "string", "children?": "this[]" });
    const tree = { name: "a", ...X, children: [{ name: "b", ...X, children: [{ name: "c", ...X }] }] };
    expect(await through(Tree, tree)).toEqual({ name: "a", children: [{ name: "b", children: [{ name: "c" }] }] });
  });

  it.each<[string, Schema, unknown]>([
    ["anything", type("unknown"), X],
    ["any object", type("object"), X],
    ["a member that may be anything", type({ a: "unknown" }), { a: X }],
    ["a record", type({ "[string]": "number" }), { ...X, more: 2 }],
    ["a date", type({ at: "Date" }), { at: new Date(0) }],
  ])("keeps what is declared as %s", async (_, schema, value) => {
    expect(await through(schema, value)).toEqual(value);
  });

  it("does not touch an instance of a class", () => {
    class Money {
      readonly amount = 1;
    }
    const money = new Money();
    expect(prunerOf(type({ "amount?": "number" }))(money)).toBe(money);
  });

  it("does not copy what a schema's own prototype keys would smuggle", async () => {
    const value = JSON.parse('{"a":1,"__proto__":{"admin":true}}');
    const pruned = await through(type({ a: "number" }), value);
    expect(pruned).toEqual({ a: 1 });
    expect(Object.getPrototypeOf(pruned)).toBe(Object.prototype);
  });

  it("is left alone when its library has no JSON Schema to go by", async () => {
    const bare: Schema = { "~standard": { version: 1, vendor: "bare", validate: (value) => ({ value }) } };
    expect(await through(bare, X)).toBe(X);
  });
});

describe("a schema of a library that drops them itself", () => {
  it.each<[string, Schema, unknown, unknown]>([
    ["zod", z.object({ a: z.number() }), { a: 1, ...X }, { a: 1 }],
    ["zod, told to keep them", z.looseObject({ a: z.number() }), { a: 1, ...X }, { a: 1, ...X }],
    ["valibot", toStandardJsonSchema(v.object({ a: v.number() })), { a: 1, ...X }, { a: 1 }],
    [
      "valibot, told to keep them",
      toStandardJsonSchema(v.looseObject({ a: v.number() })),
      { a: 1, ...X },
      { a: 1, ...X },
    ],
  ])("is taken at its word: %s", async (_, schema, value, expected) => {
    expect(await through(schema, value)).toEqual(expected);
  });
});
