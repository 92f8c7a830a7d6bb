import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { HttpRequest } from "../core/message.ts";
import { codecOf, type Input } from "./codec.ts";
import { type Contract, contract } from "./contract.ts";
import { get, post } from "./operation.ts";
import type { Schema } from "./schema.ts";

/** The same operation in the words of three libraries. */
interface Spelling {
  readonly params: Schema;
  readonly query: Schema;
  readonly body: Schema;
  readonly returns: Schema;
}

const spellings: Record<string, Spelling> = {
  zod: {
    params: z.object({ id: z.string() }),
    query: z.object({ page: z.number().int(), deep: z.boolean().default(false), tags: z.array(z.string()).optional() }),
    body: z.object({ name: z.string().min(1), inner: z.object({ n: z.number() }) }),
    returns: z.object({ ok: z.boolean(), list: z.array(z.object({ n: z.number() })) }),
  },
  valibot: {
    params: toStandardJsonSchema(v.object({ id: v.string() })),
    query: toStandardJsonSchema(
      v.object({
        page: v.pipe(v.number(), v.integer()),
        deep: v.optional(v.boolean(), false),
        tags: v.optional(v.array(v.string())),
      }),
    ),
    body: toStandardJsonSchema(
      v.object({ name: v.pipe(v.string(), v.minLength(1)), inner: v.object({ n: v.number() }) }),
    ),
    returns: toStandardJsonSchema(v.object({ ok: v.boolean(), list: v.array(v.object({ n: v.number() })) })),
  },
  arktype: {
    params: type({ id: "string" }),
    query: type({ page: "number.integer", deep: "boolean = false", "tags?": "string[]" }),
    body: type({ name: "string > 0", inner: { n: "number" } }),
    returns: type({ ok: "boolean", list: type({ n: "number" }).array() }),
  },
};

describe.each(Object.entries(spellings))("an operation in %s", (_, spelling) => {
  const made: Contract = contract("things", { change: post("/things/:id", spelling) });
  const operation = made.operations["change"];
  if (!operation) throw new Error("the contract has lost its operation");
  const codec = codecOf(operation);
  const input = {
    params: { id: "a/b c" },
    query: { page: 2, deep: true, tags: ["x", "y"] },
    body: { name: "n", inner: { n: 1 } },
  };
  const decode = (request: Partial<HttpRequest>, body = '{"name":"n","inner":{"n":1}}') => {
    const whole = { method: "POST", target: "/things/1?page=1", headers: { "content-type": "application/json" } };
    return codec.decodeRequest({ ...whole, body: undefined, ...request }, { id: "1" }, Buffer.from(body));
  };

  it("is the same after the wire as before", async () => {
    const request = codec.encodeRequest(input);
    expect(request).toMatchObject({
      method: "POST",
      target: "/things/a%2Fb%20c?page=2&deep=true&tags=x&tags=y",
      headers: { "content-type": "application/json" },
    });
    const decoded = await codec.decodeRequest(request, { id: "a/b c" }, request.body as Uint8Array);
    expect(decoded).toEqual({ ok: true, value: input });
  });

  it("gets its defaults, and a list where one value was given", async () => {
    expect(await decode({ target: "/things/1?page=1&tags=x" })).toMatchObject({
      value: { query: { page: 1, deep: false, tags: ["x"] } },
    });
  });

  it("drops what is not declared, at every depth, on the way in and on the way out", async () => {
    const decoded = await decode(
      { target: "/things/1?page=1&more=2" },
      '{"name":"n","evil":1,"inner":{"n":1,"evil":{"n":1}}}',
    );
    expect(decoded).toMatchObject({ ok: true });
    expect(JSON.stringify(decoded)).not.toMatch(/evil|more/);
    const encoded = await codec.encodeReply({ ok: true, list: [{ n: 1, secret: 1 }], secret: 1 });
    expect(encoded.ok && String(encoded.value)).toBe('{"ok":true,"list":[{"n":1}]}');
  });

  it.each([
    ["a missing part", { target: "/things/1" }, undefined, "query.page"],
    ["a text that is no number", { target: "/things/1?page=one" }, undefined, "query.page"],
    ["a number that is no integer", { target: "/things/1?page=1.5" }, undefined, "query.page"],
    ["an empty number", { target: "/things/1?page=" }, undefined, "query.page"],
    ["a boolean that is none", { target: "/things/1?page=1&deep=yes" }, undefined, "query.deep"],
    ["one value twice", { target: "/things/1?page=1&page=2" }, undefined, "query.page"],
    ["a wrong field", {}, '{"name":"","inner":{"n":1}}', "body.name"],
    ["a wrong field deep inside", {}, '{"name":"n","inner":{"n":"1"}}', "body.inner.n"],
  ])("refuses %s, and names the place", async (_case, request, body, path) => {
    const decoded = await decode(request, body);
    expect(decoded).toMatchObject({ ok: false, error: { code: "REQUEST_INVALID" } });
    const issues = decoded.ok ? [] : (decoded.error.details["issues"] as { path: string }[]);
    expect(issues.map((issue) => issue.path)).toContain(path);
  });

  it("does not let a reply out or in that breaks it", async () => {
    const broken = { ok: "yes", list: [] };
    expect(await codec.encodeReply(broken)).toMatchObject({ ok: false, error: { code: "REPLY_INVALID", status: 500 } });
    const reply = { status: 200, headers: { "content-type": "application/json" }, body: undefined };
    const decoded = await codec.decodeReply(reply, Buffer.from(JSON.stringify(broken)));
    expect(decoded).toMatchObject({ ok: false, error: { code: "REPLY_INVALID", status: 502 } });
  });
});

const echo = contract("echo", {
  any: post("/any", { body: z.unknown(), returns: z.unknown() }),
  none: get("/none", { headers: z.object({ "x-tenant": z.string(), "x-limit": z.number().optional() }) }),
  read: get("/read/:id", { params: z.object({ id: z.string() }) }),
});

describe("codecOf", () => {
  const any = codecOf(echo.operations.any);
  const json = { "content-type": "application/json" };
  const decode = (body: string | Buffer, headers: Record<string, string> = json) =>
    any.decodeRequest({ method: "POST", target: "/any", headers, body: undefined }, {}, Buffer.from(body));

  it.each(["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/merge-patch+json"])(
    "takes %s for JSON",
    async (contentType) => {
      expect(await decode("1", { "content-type": contentType })).toEqual({ ok: true, value: { body: 1 } });
    },
  );

  it.each([{}, { "content-type": "text/plain" }, { "content-type": "text/json" }])("refuses %j", async (headers) => {
    expect(await decode("1", headers)).toMatchObject({ ok: false, error: { code: "UNSUPPORTED_MEDIA_TYPE" } });
  });

  it.each(["", "{", "undefined", "{'a':1}", Buffer.from([0x22, 0xc3, 0x28, 0x22])])(
    "refuses a body that is no JSON without quoting it: %s",
    async (body) => {
      const decoded = await decode(body);
      expect(decoded).toMatchObject({ ok: false, error: { code: "BODY_MALFORMED" } });
      if (!decoded.ok)
        expect([decoded.error.message, decoded.error.cause]).toEqual([
          "[BODY_MALFORMED] the body is not valid JSON in UTF-8",
          undefined,
        ]);
    },
  );

  it("drops __proto__ from a body that may be anything", async () => {
    const decoded = await decode('{"a":1,"__proto__":{"admin":true}}');
    expect(decoded).toEqual({ ok: true, value: { body: { a: 1 } } });
  });

  it("reads headers by their names in lower case, and converts them", async () => {
    const codec = codecOf(echo.operations.none);
    const request = codec.encodeRequest({ headers: { "X-Tenant": "t", "x-limit": 5, "x-none": undefined } });
    for (const tenant of ["a\r\nx-admin: yes", "a\0", "日本"]) {
      // on every transport, also where no wire would refuse it
      expect(() => codec.encodeRequest({ headers: { "x-tenant": tenant } })).toThrow("headers.x-tenant");
    }
    expect(request.headers).toEqual({ "x-tenant": "t", "x-limit": "5" });
    const decoded = await codec.decodeRequest(
      { ...request, headers: { ...request.headers, host: "x" } },
      {},
      Buffer.from(""),
    );
    expect(decoded).toEqual({ ok: true, value: { headers: { "x-tenant": "t", "x-limit": 5 } } });
  });

  it.each([
    ["a bigint", 1n],
    ["a function", () => {}],
    ["a circle", Object.assign([] as unknown[], { 0: undefined })],
  ])("does not send %s as a reply", async (kind, value) => {
    if (kind === "a circle") (value as unknown[])[0] = value;
    expect(await any.encodeReply(value)).toMatchObject({ ok: false, error: { code: "REPLY_INVALID" } });
  });

  it("sends nothing as null where a reply may be anything", async () => {
    const encoded = await any.encodeReply(undefined);
    expect(encoded.ok && String(encoded.value)).toBe("null");
  });

  it("does not send a body that is no JSON value", () => {
    expect(() => any.encodeRequest({ body: 1n })).toThrow("[REQUEST_INVALID]");
  });

  it.each<Input>([{}, { params: {} }, { params: { id: "" } }, { params: { id: null } }])(
    "does not send %j where the path has a parameter",
    (input) => {
      expect(() => codecOf(echo.operations.read).encodeRequest(input)).toThrow(
        "[REQUEST_INVALID] echo.read: params.id missing or empty",
      );
    },
  );

  it("ignores a body where none is declared, and a reply where nothing is returned", async () => {
    const codec = codecOf(echo.operations.read);
    const request = { method: "GET", target: "/read/1", headers: {}, body: undefined };
    expect(await codec.decodeRequest(request, { id: "1" }, Buffer.from("junk"))).toEqual({
      ok: true,
      value: { params: { id: "1" } },
    });
    expect(await codec.encodeReply({ secret: 1 })).toEqual({ ok: true, value: undefined });
    const reply = { status: 204, headers: {}, body: undefined };
    expect(await codec.decodeReply(reply, Buffer.from(""))).toEqual({ ok: true, value: undefined });
  });

  it("says that a reply which is no JSON is none of the contract's", async () => {
    const reply = { status: 200, headers: { "content-type": "text/html" }, body: undefined };
    expect(await any.decodeReply(reply, Buffer.from("<html>"))).toMatchObject({
      ok: false,
      error: { code: "REPLY_INVALID", status: 502 },
    });
  });

  it("lists at most 20 issues: a hostile body must not make a huge reply", async () => {
    const list = contract("list", { add: post("/", { body: z.array(z.string()) }) });
    const request = { method: "POST", target: "/", headers: json, body: undefined };
    const body = Buffer.from(JSON.stringify(Array.from({ length: 1_000 }, () => 1)));
    const decoded = await codecOf(list.operations.add).decodeRequest(request, {}, body);
    expect(!decoded.ok && decoded.error.details["issues"]).toHaveLength(20);
    expect(!decoded.ok && decoded.error.message).toMatch(/\(and 19 more\)$/);
  });

  it("waits for schemas that validate asynchronously", async () => {
    const slow = z.string().refine(async (text) => text === "yes");
    const asked = contract("asked", { ask: post("/", { body: slow, returns: slow }) });
    const codec = codecOf(asked.operations.ask);
    const request = codec.encodeRequest({ body: "yes" });
    expect(await codec.decodeRequest(request, {}, request.body as Uint8Array)).toMatchObject({ ok: true });
    expect(await codec.encodeReply("no")).toMatchObject({ ok: false });
  });
});
