import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ShoalError } from "../core/errors.ts";
import { contract } from "./contract.ts";
import { del, get, type OperationDraft, patch, post, put } from "./operation.ts";

const Id = z.object({ id: z.string() });

describe("contract", () => {
  it("binds operations to its name, with their defaults", () => {
    const quotes = contract("quotes", {
      list: get("/quotes", { returns: z.array(z.string()) }),
      create: post("/quotes", { body: Id, returns: Id }),
      set: put("/quotes/:id", { params: Id, body: Id }),
      change: patch("/quotes/:id", { params: Id, idempotent: true }),
      remove: del("/quotes/:id", { params: Id, status: 202 }),
    });
    const of = ({
      service,
      name,
      method,
      idempotent,
      status,
    }: (typeof quotes.operations)[keyof typeof quotes.operations]) =>
      `${service}.${name} ${method} ${idempotent} ${status}`;
    expect(Object.values(quotes.operations).map(of)).toEqual([
      "quotes.list GET true 200",
      "quotes.create POST false 200",
      "quotes.set PUT true 204",
      "quotes.change PATCH true 204",
      "quotes.remove DELETE true 202",
    ]);
  });

  it("makes an error of each that any operation declares, and knows it again", () => {
    const quotes = contract("quotes", {
      read: get("/quotes/:id", { params: Id, errors: { notFound: 404 } }),
      create: post("/quotes", { errors: { tooMuch: { status: 422, details: z.object({ limit: z.number() }) } } }),
      plain: get("/plain", {}),
    });
    const error = quotes.errors.tooMuch({ limit: 5 });
    expect(error).toMatchObject({ code: "tooMuch", status: 422, details: { limit: 5 }, retry: "never" });
    expect(quotes.errors.tooMuch.is(error)).toBe(true);
    expect(quotes.errors.notFound.is(error)).toBe(false);
    expect(quotes.errors.notFound.is(new ShoalError("notFound", { message: "over the wire" }))).toBe(true);
    expect(quotes.errors.notFound.is(new Error("notFound"))).toBe(false);
    expect(Object.keys(quotes.errors)).toEqual(["notFound", "tooMuch"]);
  });

  it("cannot be changed", () => {
    const quotes = contract("quotes", { list: get("/quotes", {}) });
    expect([quotes, quotes.operations, quotes.operations.list, quotes.errors].every(Object.isFrozen)).toBe(true);
  });

  it.each(["", "Quotes", "a_b", "x".repeat(64)])("refuses the name %j", (name) => {
    expect(() => contract(name, {})).toThrow("[CONTRACT_INVALID]");
  });

  it.each<[string, Record<string, OperationDraft>, string]>([
    ["two operations at one address", { a: get("/x", {}), b: get("/x", {}) }, "a and b are both at GET /x"],
    [
      "two operations whose addresses differ only in a param's name",
      { a: get("/x/:one", { params: z.object({ one: z.string() }) }), b: get("/x/:id", { params: Id }) },
      "a and b are both at GET /x/:id",
    ],
    ["params without a schema", { a: get("/x/:id", {}) }, "has :params in its path but no params schema"],
    ["a param twice", { a: get("/x/:id/:id", { params: Id }) }, "one :param twice"],
    [
      "details that are no schema",
      { a: get("/a", { errors: { gone: { status: 404, details: {} as never } } }) },
      "details",
    ],
    ["a path without its slash", { a: get("x", {}) }, "must start"],
    ["a query in the path", { a: get("/x?y", {}) }, "path"],
    ["a wildcard", { a: get("/x/*", {}) }, "path"],
    ["a regular expression", { a: get("/x/:id(\\d+)", { params: Id }) }, "path"],
    ["an empty segment", { a: get("//x", {}) }, "path"],
    ["a percent-encoding", { a: get("/x%20y", {}) }, "path"],
    ["a param that runs into text", { a: get("/x/:id~rest", { params: Id }) }, "path"],
    ["a path of the toolkit's own", { a: get("/health/live", {}) }, "every service answers itself"],
    [
      "one error with two statuses",
      { a: get("/a", { errors: { gone: 404 } }), b: get("/b", { errors: { gone: 410 } }) },
      "gone has two statuses",
    ],
    [
      "an error with a status of success",
      { a: get("/a", { errors: { gone: 200 } }) },
      "needs a status from 400 to 599",
    ],
    ["a schema that is none", { a: get("/a", { query: { type: "object" } as never }) }, "query"],
    ["a secret that is nowhere", { a: post("/a", { sensitive: ["bdoy.pin"] }) }, "bdoy.pin"],
    ["a success that is none", { a: get("/a", { status: 404 }) }, "status"],
    ["a reply with a status that has no body", { a: get("/a", { returns: Id, status: 204 }) }, "status"],
    ["a body for GET", { a: { method: "GET", path: "/a", spec: { body: Id } } }, "body"],
    ["a code of the toolkit's own", { a: get("/a", { errors: { OVERLOADED: 503 } }) }, "OVERLOADED"],
  ])("refuses %s", (_, operations, message) => {
    expect(() => contract("quotes", operations)).toThrow(`[CONTRACT_INVALID] contract "quotes":`);
    expect(() => contract("quotes", operations)).toThrow(message);
  });

  it.each(["/", "/a/b", "/quotes/:id", "/:id", "/a/:id.pdf", "/a/:id-:id2", "/v1.0/a_b~c", "/a/"])(
    "takes the path %s",
    (path) => {
      const params = z.object({ id: z.string().optional(), id2: z.string().optional() });
      const spec = path.includes(":id") ? { params: path.includes(":id2") ? params : params.omit({ id2: true }) } : {};
      expect(() => contract("quotes", { a: get(path, spec) })).not.toThrow();
    },
  );
});
