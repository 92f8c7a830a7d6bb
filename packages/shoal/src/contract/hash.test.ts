import fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";
import { contract } from "./contract.ts";
import { canonicalJson, contractHash } from "./hash.ts";
import { get } from "./operation.ts";

const made = (field: z.ZodType) => contract("quotes", { read: get("/quotes", { returns: z.object({ field }) }) });

it("contractHash is 16 hex digits, the same for the same promise and another for another", () => {
  expect(contractHash(made(z.string()))).toMatch(/^[0-9a-f]{16}$/);
  expect(contractHash(made(z.string()))).toBe(contractHash(made(z.string())));
  expect(contractHash(made(z.string()))).not.toBe(contractHash(made(z.number())));
});

it("contractHash does not depend on the order in which fields and operations are written", () => {
  const [a, b] = [z.string(), z.number()];
  const one = contract("quotes", { x: get("/x", { returns: z.object({ a, b }) }), y: get("/y", {}) });
  const other = contract("quotes", { y: get("/y", {}), x: get("/x", { returns: z.object({ b, a }) }) });
  expect(contractHash(other)).toBe(contractHash(one));
});

it("canonicalJson leaves out what is undefined and keeps the order of lists", () => {
  expect(canonicalJson({ b: 1, a: { d: [2, undefined, 1], c: undefined } })).toBe('{"a":{"d":[2,null,1]},"b":1}');
});

it("canonicalJson is JSON, and the same for equal values however they were made", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(turned)).toBe(canonicalJson(value));
    }),
  );
});
