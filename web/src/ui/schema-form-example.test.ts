import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problemsOf } from "./schema-form-check.ts";
import { exampleValue } from "./schema-form-example.ts";
import type { JsonSchema } from "./schema-form-schema.ts";

const NOW_MS = Date.UTC(2026, 0, 31, 12);
const example = (schema: JsonSchema, name = "") => exampleValue(schema, schema, name, NOW_MS);

describe("exampleValue", () => {
  it("fills in what is optional too, by format, name, bounds and pattern", () => {
    const schema = {
      type: "object",
      required: ["name"],
      properties: {
        name: { type: "string", minLength: 1 },
        email: { type: "string" },
        born: { type: "string", format: "date" },
        code: { type: "string", pattern: "^[A-Z]{3}$" },
        lat: { type: "number", minimum: -90, maximum: 90 },
        tags: { type: "array", items: { type: "string", maxLength: 2 }, minItems: 2 },
        kind: { enum: ["a", "b"] },
        pin: { type: "string", minLength: 12 },
        other: { type: "string", default: "x" },
        given: { type: "integer", examples: [7] },
      },
    };
    expect(example(schema)).toEqual({
      name: "Ada Lovelace",
      email: "ada@example.org",
      born: "2026-01-31",
      code: "ABC",
      lat: 0,
      tags: ["ta", "ta"],
      kind: "a",
      pin: "pinxxxxxxxxx",
      other: "x",
      given: 7,
    });
  });

  it("leaves empty what it cannot guess, and ends in schemas that hold themselves", () => {
    expect(example({ type: "string", pattern: "^\\p{Emoji}{7}$" })).toBe("");
    const node = { type: "object", properties: { next: { $ref: "#" } } };
    expect(JSON.stringify(example(node)).length).toBeLessThan(200);
  });

  it("makes what the form finds nothing wrong with", () => {
    const text = fc.record({ type: fc.constant("string"), minLength: fc.nat(30) });
    const number = fc
      .tuple(fc.integer({ min: -50, max: 50 }), fc.nat(50))
      .map(([minimum, more]) => ({ type: "number", minimum, maximum: minimum + more }));
    const leaf = fc.oneof(text, number, fc.constant({ type: "boolean" }), fc.constant({ enum: [1, "b"] }));
    const schema = fc.oneof(
      leaf,
      fc.dictionary(fc.string({ minLength: 1 }), leaf).map((properties) => ({
        type: "object",
        properties,
        required: Object.keys(properties),
      })),
      leaf.map((items) => ({ type: "array", items, minItems: 2 })),
    );
    fc.assert(
      fc.property(schema, (one) => {
        expect(problemsOf(one, example(one), one)).toEqual([]);
      }),
    );
  });
});
