import { Validator } from "@seriousme/openapi-schema-validator";
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { controlContract } from "../control/api/contract.ts";
import { type Contract, contract } from "./contract.ts";
import { link, withLinks } from "./link.ts";
import { openApiOf } from "./openapi.ts";
import { del, get, post, put } from "./operation.ts";

const Tree = z.object({
  name: z.string(),
  get children() {
    return z.array(Tree);
  },
});
const schools = contract("schools", { read: get("/schools/:id", { params: z.object({ id: z.string() }) }) });
const everything = contract("everything", {
  list: get("/things", {
    query: z.object({ page: z.number().default(1), tags: z.array(z.string()).optional() }),
    headers: z.object({ "x-tenant": z.string() }),
    returns: z.array(z.object({ id: z.string(), at: z.date(), big: z.bigint() })),
    summary: "All of them",
  }),
  read: get("/things/:id/parts/:part.json", {
    params: z.object({ id: z.string(), part: z.number() }),
    returns: withLinks(z.object({ id: z.string() }), { school: link(schools.operations.read) }),
    errors: { notFound: 404, gone: 404, tooMuch: { status: 422, details: z.object({ limit: z.number() }) } },
  }),
  grow: post("/trees", { body: Tree, returns: z.object({ tree: Tree, other: Tree }), idempotent: true, status: 201 }),
  inValibot: put("/valibot", {
    body: toStandardJsonSchema(v.object({ a: v.nullable(v.string()) })),
    sensitive: ["body.a"],
  }),
  inArktype: put("/arktype", {
    body: type({ "a?": "string | null", tree: "string[]" }),
    returns: type({ n: "this | null" }),
  }),
  remove: del("/things/:id", { params: z.object({ id: z.string() }) }),
});

describe("openApiOf", () => {
  it.each<[string, Contract]>([
    ["a contract with everything", everything],
    ["the control plane's", controlContract],
    ["an empty contract", contract("empty", {})],
  ])("makes a document of %s that an independent validator takes", async (_, made) => {
    const validator = new Validator();
    const document = JSON.parse(JSON.stringify(openApiOf(made, "r1")));
    expect(await validator.validate(document)).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
    expect(() => validator.resolveRefs()).not.toThrow();
  });

  it("holds what a validator that works would refuse", async () => {
    const document = { ...openApiOf(everything, "r1"), paths: { things: {} } };
    expect((await new Validator().validate(JSON.parse(JSON.stringify(document)))).valid).toBe(false);
  });

  const { paths } = openApiOf(everything, "r1") as { paths: Record<string, Record<string, Record<string, unknown>>> };

  it("describes every place of a parameter, path parameters in the path's order", () => {
    const parameters = (path: string, method: string) =>
      ((paths[path]?.[method]?.["parameters"] ?? []) as { name: string; in: string; required: boolean }[]).map(
        ({ name, in: place, required }) => `${place} ${name} ${required}`,
      );
    expect(parameters("/things", "get")).toEqual(["query page false", "query tags false", "header x-tenant true"]);
    expect(parameters("/things/{id}/parts/{part}.json", "get")).toEqual(["path id true", "path part true"]);
  });

  it("puts two operations of one path together, and two errors of one status", () => {
    expect(Object.keys(paths["/things/{id}"] ?? {})).toEqual(["delete"]);
    const responses = paths["/things/{id}/parts/{part}.json"]?.["get"]?.["responses"] as Record<string, object>;
    expect(responses).toMatchObject({ 200: {}, 404: { description: "notFound, gone" }, 422: {}, default: {} });
  });

  it("moves schemas that refer to themselves to where their references mean the same", () => {
    const { components } = openApiOf(everything, "r1") as { components: { schemas: Record<string, unknown> } };
    expect(Object.keys(components.schemas)).toEqual(
      expect.arrayContaining(["Problem", "grow.body", "grow.returns", "grow.returns.__schema0"]),
    );
    expect(JSON.stringify(paths)).not.toMatch(/"#"|\$defs/);
  });
});
