import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract } from "./contract.ts";
import { contractHash } from "./hash.ts";
import { itemCodecOf } from "./item-codec.ts";
import { link } from "./link.ts";
import { openApiOf } from "./openapi.ts";
import { get, type OperationSpec, post } from "./operation.ts";
import { stream } from "./stream.ts";

const Quote = z.object({ id: z.string(), amount: z.number() });
const watching = (returns: OperationSpec["returns"], spec: OperationSpec = {}) =>
  contract("quotes", { watch: get("/quotes", { ...spec, ...(returns ? { returns } : {}) }) });

describe("stream", () => {
  it.each([
    ["no schema", { a: 1 }],
    ["a stream", stream(Quote)],
  ])("refuses %s for an item", (_, item) => {
    expect(() => stream(item as unknown as typeof Quote)).toThrow("CONTRACT_INVALID");
  });

  it.each([
    ["a body", { body: stream(Quote) }, /its body is a stream/],
    ["a query", { query: stream(Quote) }, /its query is a stream/],
    ["another status", { returns: stream(Quote), status: 201 }, /a stream has status 200, got 201/],
    ["a promise to be idempotent", { returns: stream(Quote), idempotent: true }, /cannot be kept and answered again/],
  ])("is refused where it cannot be kept: %s", (_, spec, message) => {
    expect(() => contract("quotes", { watch: post("/quotes", spec) })).toThrow(message);
  });

  it("may be the reply of a GET, which is idempotent by nature", () => {
    expect(watching(stream(Quote)).operations.watch).toMatchObject({ status: 200, idempotent: true });
  });

  it("cannot be linked to: a link is followed to one value", () => {
    expect(() => link(watching(stream(Quote)).operations.watch)).toThrow("a stream cannot be followed");
  });
});

describe("a streamed operation in the documents", () => {
  it("has text/event-stream with the schema of one event", () => {
    const document = openApiOf(watching(stream(Quote)), "1") as unknown as {
      paths: Record<string, { get: { responses: Record<string, unknown> } }>;
    };
    const operation = document.paths["/quotes"]?.get;
    expect(operation).toMatchObject({ "x-shoal-stream": true });
    expect(operation?.responses["200"]).toMatchObject({
      description: "A stream of items",
      content: {
        "text/event-stream": {
          schema: {
            type: "object",
            required: ["data"],
            properties: {
              event: { enum: ["message", "end", "problem"], default: "message" },
              data: {
                type: "string",
                contentMediaType: "application/json",
                contentSchema: { type: "object", required: ["id", "amount"] },
              },
            },
          },
        },
      },
    });
  });

  it("is another contract than one that returns a single item, or items of another schema", () => {
    const hashes = [stream(Quote), Quote, z.array(Quote), stream(Quote.extend({ at: z.string() })), undefined];
    expect(new Set(hashes.map((returns) => contractHash(watching(returns)))).size).toBe(hashes.length);
  });
});

describe("itemCodecOf", () => {
  const codec = itemCodecOf(watching(stream(Quote), { sensitive: ["returns.id"] }).operations.watch);

  it("drops what is not declared, on both sides", () => {
    expect(codec.encode({ id: "1", amount: 2, secret: 3 })).toEqual({ ok: true, value: '{"id":"1","amount":2}' });
    expect(codec.decode('{"id":"1","amount":2,"secret":3}')).toEqual({ ok: true, value: { id: "1", amount: 2 } });
  });

  it.each([
    ["not allowed", '{"id":"1"}', /sent an item that its contract does not allow: returns.amount/],
    ["no JSON", '{"id":', /sent an item that is no JSON/],
  ])("refuses an item that is %s", async (_, json, message) => {
    const decoded = await codec.decode(json);
    expect(decoded).toMatchObject({ ok: false, error: { code: "REPLY_INVALID", status: 502 } });
    expect(decoded.ok ? "" : decoded.error.message).toMatch(message);
  });

  it("says of a sensitive value only where it is", async () => {
    const encoded = await codec.encode({ id: 7, amount: 1 });
    expect(encoded).toMatchObject({ ok: false, error: { status: 500 } });
    expect(encoded.ok ? "" : encoded.error.message).toContain("the value is sensitive");
  });

  it("waits for a schema that does", async () => {
    const Slow = Quote.refine(async () => true);
    expect(await itemCodecOf(watching(stream(Slow)).operations.watch).encode({ id: "1", amount: 1 })).toMatchObject({
      ok: true,
    });
  });
});
