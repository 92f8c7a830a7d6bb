import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problemsOf } from "./schema-form-check.ts";
import { initialValue } from "./schema-form-initial.ts";
import { shapeOf } from "./schema-form-schema.ts";

const node = {
  type: "object",
  required: ["name", "left"],
  properties: { name: { type: "string" }, left: { $ref: "#/components/schemas/Node" } },
};
const root = {
  components: { schemas: { Node: node, Loop: { $ref: "#/components/schemas/Loop" }, "a/b": { type: "string" } } },
};
const kindOf = (schema: unknown) => shapeOf(schema, root).type.kind;

describe("shapeOf", () => {
  it("follows references, with what stands beside them", () => {
    const shape = shapeOf({ $ref: "#/components/schemas/Node", description: "The first" }, root);
    expect([shape.type.kind, shape.description]).toEqual(["object", "The first"]);
    expect(kindOf({ $ref: "#/components/schemas/a~1b" })).toBe("string");
  });

  it.each(["#/components/schemas/Loop", "#/components/schemas/None", "https://elsewhere/x", "#/%zz"])(
    "takes a reference that leads nowhere, %s, for anything",
    ($ref) => {
      expect(kindOf({ $ref })).toBe("any");
    },
  );

  it.each([
    [{ type: ["string", "null"] }, "string"],
    [{ anyOf: [{ type: "integer" }, { type: "null" }] }, "number"],
    [{ oneOf: [{ type: "null" }, { type: "string" }, { type: "boolean" }] }, "variants"],
    [{ type: "string", nullable: true }, "string"],
    [{ type: ["string", "null"], enum: ["a", null] }, "choice"],
  ])("sees that %j may be null", (schema, kind) => {
    expect(shapeOf(schema, root)).toMatchObject({ nullable: true, type: { kind } });
  });

  it("puts the parts of allOf together", () => {
    const schema = {
      allOf: [{ $ref: "#/components/schemas/Node" }, { properties: { at: { type: "string" } }, required: ["at"] }],
    };
    const { type } = shapeOf(schema, root);
    expect(type.kind === "object" && type.fields.map(({ name, required }) => `${name} ${required}`).sort()).toEqual([
      "at true",
      "left true",
      "name true",
    ]);
  });

  it("names variants by title, reference, mark or type", () => {
    const { type } = shapeOf(
      {
        oneOf: [
          { title: "By post" },
          { $ref: "#/components/schemas/Node" },
          { properties: { kind: { const: "mail" } } },
          { type: "string" },
          {},
        ],
      },
      root,
    );
    const titles = type.kind === "variants" ? type.variants.map(({ title }) => title) : [];
    expect(titles).toEqual(["By post", "Node", "mail", "string", "Variant 5"]);
  });

  it("lets other members in only where the schema does", () => {
    const others = (schema: unknown) => {
      const { type } = shapeOf(schema, root);
      return type.kind === "object" && type.others;
    };
    expect(others({ type: "object", additionalProperties: { type: "number" } })).toEqual({ type: "number" });
    expect(others({ type: "object" })).toEqual({});
    expect(others({ type: "object", properties: { a: {} } })).toBeUndefined();
    expect(others({ type: "object", additionalProperties: false })).toBeUndefined();
  });
});

describe("initialValue", () => {
  const initial = (schema: Record<string, unknown>) => initialValue(schema, root);

  it("takes defaults and examples, otherwise the plainest that may be right", () => {
    expect(
      initial({
        type: "object",
        required: ["a", "b", "c", "d", "e", "f", "g"],
        properties: {
          a: { type: "integer", default: 5 },
          b: { type: "string", examples: ["x"] },
          c: { enum: ["one", "two"] },
          d: { type: "array", items: { type: "boolean" }, minItems: 1 },
          e: { type: ["string", "null"] },
          f: { type: "number", minimum: 3, maximum: 9 },
          g: { oneOf: [{ type: "object", required: ["k"], properties: { k: { const: "v" } } }, { type: "string" }] },
          optional: { type: "string" },
        },
      }),
    ).toEqual({ a: 5, b: "x", c: "one", d: [false], e: null, f: 3, g: { k: "v" } });
  });

  it("ends where a schema refers to itself", () => {
    expect(JSON.stringify(initial({ $ref: "#/components/schemas/Node" })).length).toBeLessThan(200);
  });
});

describe("problemsOf", () => {
  const found = (schema: Record<string, unknown>, value: unknown) =>
    problemsOf(schema, value, root).map(({ path, message }) => `${path} ${message}`);

  it("says what is wrong, and where", () => {
    const schema = {
      type: "object",
      required: ["name", "count"],
      properties: {
        name: { type: "string", minLength: 1, pattern: "^[a-z]*$" },
        count: { type: "integer", minimum: 1, exclusiveMaximum: 10 },
        tags: { type: "array", maxItems: 1, items: { type: "string" } },
        kind: { enum: ["a", "b"] },
      },
    };
    expect(found(schema, { name: "", count: 1.5, tags: ["x", 1], kind: "c" })).toEqual([
      "/name must not be empty",
      "/count must be a whole number",
      "/tags takes 1 items",
      "/tags/1 must be a text",
      '/kind must be "a" or "b"',
    ]);
    expect(found(schema, { name: "A", count: 10 })).toEqual([
      "/name must match ^[a-z]*$",
      "/count must be less than 10",
    ]);
    expect(found(schema, {})).toEqual(["/name is needed", "/count is needed"]);
    expect(found(schema, { name: "a", count: 1 })).toEqual([]);
  });

  it("lets any variant do, and tells of the nearest", () => {
    const schema = {
      oneOf: [{ type: "string" }, { type: "object", required: ["a"], properties: { a: { type: "string" } } }],
    };
    expect(found(schema, { a: "x" })).toEqual([]);
    expect(found(schema, 5)).toEqual([" must be a text"]);
  });

  it("does not fail on a pattern that it cannot read", () => {
    expect(found({ type: "string", pattern: "(" }, "x")).toEqual([]);
  });

  it("comes to an end with any schema and any value", () => {
    const key = fc.constantFrom(
      "type",
      "properties",
      "items",
      "$ref",
      "oneOf",
      "allOf",
      "enum",
      "required",
      "minItems",
    );
    const leaf = fc.constantFrom<unknown>("object", "array", "string", "#", "#/properties/a", null, true, 3);
    const { schema } = fc.letrec((tie) => ({
      schema: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("schema"), { maxLength: 3 }),
        fc.dictionary(fc.oneof(key, fc.constantFrom("a", "b")), tie("schema"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, schema, { maxKeys: 4 }), fc.jsonValue({ maxDepth: 4 }), (given, value) => {
        initialValue(given, given);
        expect(problemsOf(given, value, given).length).toBeLessThanOrEqual(50);
      }),
    );
  });
});
