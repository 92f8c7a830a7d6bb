import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract } from "../contract/contract.ts";
import { openApiOf } from "../contract/openapi.ts";
import { get, post, put } from "../contract/operation.ts";
import { distribute, prepareRequest } from "./call-input.ts";
import { findOperation } from "./service-document.ts";

const quotes = contract("quotes", {
  createQuote: post("/quotes", { body: z.object({ from: z.string(), amount: z.number() }), idempotent: true }),
  getQuote: get("/quotes/:id", {
    params: z.object({ id: z.string() }),
    query: z.object({ verbose: z.boolean().optional(), tag: z.array(z.string()).optional() }),
    headers: z.object({ "accept-language": z.string().optional() }),
  }),
  replaceQuote: put("/quotes/:id", {
    params: z.object({ id: z.string() }),
    body: z.object({ id: z.string(), amount: z.number() }),
  }),
  search: post("/search", { body: z.object({ query: z.string() }) }),
  list: get("/quotes", {}),
});
const document = openApiOf(quotes, "dev");
const operation = (name: string) => findOperation(document, "quotes", name);

describe("the input of a call", () => {
  it("goes field by field where the operation wants it", () => {
    expect(
      prepareRequest(operation("getQuote"), { id: "a b/c", verbose: true, tag: ["x", "y"], "Accept-Language": "de" }),
    ).toEqual({
      method: "GET",
      target: "/quotes/a%20b%2Fc?verbose=true&tag=x&tag=y",
      headers: { "accept-language": "de" },
      body: undefined,
    });
  });

  it("is the body where there is nothing else", () => {
    expect(prepareRequest(operation("createQuote"), { from: "EUR", amount: 1 })).toEqual({
      method: "POST",
      target: "/quotes",
      headers: { "content-type": "application/json" },
      body: '{"from":"EUR","amount":1}',
    });
  });

  it("may be given in parts", () => {
    const parts = { params: { id: "42" }, query: { verbose: false } };
    expect(prepareRequest(operation("getQuote"), parts).target).toBe("/quotes/42?verbose=false");
    expect(distribute(operation("createQuote"), { body: [1] }).body).toEqual([1]);
  });

  it("goes to both places when a field is a parameter and part of the body", () => {
    const { target, body } = prepareRequest(operation("replaceQuote"), { id: "42", amount: 2 });
    expect({ target, body }).toEqual({ target: "/quotes/42", body: '{"id":"42","amount":2}' });
  });

  it("takes a body's own field called like a part for that field", () => {
    expect(distribute(operation("search"), { query: "cheap" }).body).toEqual({ query: "cheap" });
  });

  it("may be left out", () => {
    expect(prepareRequest(operation("list"), undefined)).toMatchObject({ target: "/quotes", body: undefined });
  });

  it.each([
    ["getQuote", {}, "getQuote: id missing or empty"],
    ["getQuote", { id: ".." }, 'getQuote: id makes a path segment "." or ".."'],
    ["getQuote", { id: "1", verbos: true }, 'takes no field "verbos"'],
    ["getQuote", [1], "must be a JSON object"],
    ["createQuote", { params: 1 }, "params of the input must be a JSON object"],
  ])("of %s is refused with a reason when it is %j", (name, input, message) => {
    expect(() => prepareRequest(operation(name), input)).toThrow(message);
  });

  it("names the operation that was probably meant", () => {
    expect(() => operation("createQuot")).toThrow(
      expect.objectContaining({ hint: "Did you mean quotes.createQuote?" }),
    );
    expect(() => operation("pay")).toThrow(expect.objectContaining({ hint: expect.stringContaining("getQuote") }));
  });
});

describe("findOperation", () => {
  it("lists all operations when none is named", () => {
    expect(() => operation("")).toThrow(/which operation of quotes\?/);
  });

  it("reads documents of other makers: references, and parameters of the path", () => {
    const foreign = {
      openapi: "3.0.0",
      paths: {
        "/users/{id}": {
          parameters: [{ $ref: "#/components/parameters/Id" }],
          put: {
            operationId: "putUser",
            requestBody: { $ref: "#/components/requestBodies/User" },
          },
        },
      },
      components: {
        parameters: { Id: { name: "id", in: "path", required: true } },
        requestBodies: { User: { content: { "application/json": { schema: { $ref: "#/components/schemas/User" } } } } },
        schemas: { User: { properties: { name: {} } } },
      },
    };
    expect(findOperation(foreign, "users", "putUser")).toEqual({
      name: "putUser",
      method: "PUT",
      path: "/users/{id}",
      parameters: [{ name: "id", place: "path", isRequired: true }],
      hasBody: true,
      bodyFields: ["name"],
      isIdempotent: false,
      isStreamed: false,
    });
  });

  it("does not follow a ring of references for ever", () => {
    const ring = { paths: { "/": { get: { operationId: "a", requestBody: { $ref: "#/x" } } } }, x: { $ref: "#/x" } };
    expect(findOperation(ring, "ring", "a").hasBody).toBe(true);
  });
});
