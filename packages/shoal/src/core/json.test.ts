import fc from "fast-check";
import { expect, it } from "vitest";
import { parseJson } from "./json.ts";

it.each([
  ['{"__proto__": {"admin": true}, "a": 1}', { a: 1 }],
  ['{"a": {"__proto__": {"admin": true}}}', { a: {} }],
  ['{"\\u005f_proto__": {"admin": true}}', {}],
  ['{"constructor": {"prototype": {"admin": true}}}', {}],
  ['[{"__proto__": null}]', [{}]],
])("drops from %s what would change a prototype", (text, expected) => {
  const value = parseJson(text);
  expect(value).toEqual(expected);
  expect(Object.assign({}, value)).not.toHaveProperty("admin");
});

it("keeps a constructor that is data, and the words as values", () => {
  expect(parseJson('{"constructor": "Bauhaus", "b": "__proto__"}')).toEqual({ constructor: "Bauhaus", b: "__proto__" });
});

it("throws SyntaxError for what is no JSON", () => {
  expect(() => parseJson("{")).toThrow(SyntaxError);
});

it("reads back any JSON value that names no prototype", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!/__proto__|constructor/.test(text));
      expect(parseJson(text)).toEqual(JSON.parse(text));
    }),
  );
});
