import { describe, expect, it } from "vitest";
import type { ExchangeDetail } from "../../api/types.ts";
import { operationsOf } from "./api-operations.ts";
import { initialValues } from "./operation-values.ts";
import { requestOf } from "./request-of.ts";
import { SENT_MAX, type SentEntry, withSent } from "./sent-history.ts";
import { keep, kept } from "./session-store.ts";
import { operationOfExchange, valuesOfExchange } from "./values-of-exchange.ts";

const document = {
  paths: {
    "/things/{id}": {
      parameters: [{ name: "id", in: "path", schema: { type: "integer", minimum: 1 } }],
      get: {
        operationId: "getThing",
        summary: "One thing",
        parameters: [
          { name: "verbose", in: "query", schema: { type: "boolean" } },
          { name: "tag", in: "query", schema: { type: "array", items: { type: "string" } } },
          { $ref: "#/components/parameters/Tenant" },
          { name: "bad", in: "cookie" },
        ],
      },
    },
    "/things": {
      post: {
        tags: ["making"],
        requestBody: {
          required: true,
          content: {
            "text/plain": {},
            "application/json": {
              schema: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
            },
          },
        },
      },
      put: "broken",
    },
    "/things/new": { get: { operationId: "template" } },
  },
  components: {
    parameters: { Tenant: { name: "X-Tenant", in: "header", required: true, schema: { type: "string" } } },
  },
};
const operations = operationsOf(document);
const [getThing, postThing] = operations;
if (!getThing || !postThing) throw new Error("the document has both");

describe("operationsOf", () => {
  it("reads operations with the parameters of their path and by reference", () => {
    expect(operations.map(({ id, group }) => `${group}: ${id}`)).toEqual([
      "things: getThing",
      "making: POST /things",
      "things: template",
    ]);
    expect(getThing.parameters.map(({ name, place, required }) => `${place} ${name} ${required}`)).toEqual([
      "path id true",
      "query verbose false",
      "query tag false",
      "header X-Tenant true",
    ]);
    expect(postThing.body).toMatchObject({ required: true, contentType: "application/json" });
  });

  it.each([{}, { paths: [] }, { paths: { "/a": null } }])("finds nothing in %j", (broken) => {
    expect(operationsOf(broken)).toEqual([]);
  });
});

describe("requestOf", () => {
  it("puts values where they belong", () => {
    const parameters = {
      path: { id: "a/b" },
      query: { verbose: false, tag: ["x", "y z"], none: undefined },
      header: { "X-Tenant": "t" },
    };
    expect(requestOf("s", getThing, { parameters, headers: "accept: a", body: { x: 1 }, bodyText: undefined })).toEqual(
      {
        service: "s",
        method: "GET",
        target: "/things/a%2Fb?verbose=false&tag=x&tag=y+z",
        headers: { "x-tenant": "t", accept: "a" },
        body: null,
      },
    );
  });

  it("sends the form's body, or the text as it is", () => {
    const values = initialValues(postThing, document);
    expect(requestOf("s", postThing, values)).toMatchObject({
      headers: { "content-type": "application/json" },
      body: '{"name":""}',
    });
    expect(requestOf("s", postThing, { ...values, bodyText: "{ not json" }).body).toBe("{ not json");
    expect(requestOf("s", postThing, { ...values, bodyText: "" })).toMatchObject({ body: null, headers: {} });
  });

  it("does not send to half a path", () => {
    const values = initialValues(getThing, document);
    expect(values.parameters.path).toEqual({ id: 1 });
    const without = { ...values, parameters: { ...values.parameters, path: {} } };
    expect(() => requestOf("s", getThing, without)).toThrow("id is needed");
  });
});

describe("a recorded exchange", () => {
  const exchange = (method: string, url: string, operation: string, text = "") =>
    ({
      side: "client",
      peer: "s",
      method,
      url,
      operation,
      request: {
        headers: [
          ["x-tenant", "t"],
          ["content-type", "application/json"],
          ["x-more", "1"],
          ["authorization", "[redacted]"],
        ],
        body: { bytes: text.length, truncated: false, encoding: "utf8", text },
      },
    }) as unknown as ExchangeDetail;

  it("is of the operation of its name, or of its path", () => {
    const idOf = (one: ExchangeDetail) => operationOfExchange(operations, one)?.id;
    expect(idOf(exchange("GET", "http://s.service/things/new", "getThing"))).toBe("getThing");
    expect(idOf(exchange("GET", "http://s.service/things/new", ""))).toBe("template");
    expect(idOf(exchange("GET", "/things/7?x=1", ""))).toBe("getThing");
    expect(idOf(exchange("POST", "/other", ""))).toBeUndefined();
  });

  it("fills the form", () => {
    const recorded = exchange("GET", "http://s.service/things/7?verbose=true&tag=a&tag=b", "getThing");
    expect(valuesOfExchange(getThing, recorded, document)).toEqual({
      parameters: { path: { id: 7 }, query: { verbose: true, tag: ["a", "b"] }, header: { "X-Tenant": "t" } },
      headers: "x-more: 1",
      body: undefined,
      bodyText: undefined,
    });
    expect(valuesOfExchange(postThing, exchange("POST", "/things", "", '{"name":"n"}'), document)?.body).toEqual({
      name: "n",
    });
    expect(valuesOfExchange(postThing, exchange("POST", "/things", "", "{cut"), document)?.bodyText).toBe("{cut");
  });
});

it("keeps the last requests, the newest first", () => {
  const entry = { filled: {} } as unknown as Omit<SentEntry, "id">;
  let history: readonly SentEntry[] = [];
  for (let index = 0; index <= SENT_MAX; index += 1) history = withSent(history, entry);
  expect([history.length, history[0]?.id, history.at(-1)?.id]).toEqual([SENT_MAX, SENT_MAX + 1, 2]);
});

it("keeps nothing that it cannot, and reads nothing that is broken", () => {
  const full = {
    getItem: () => "{",
    setItem: () => {
      throw new Error("full");
    },
  };
  keep(full, "a", 1);
  expect(kept(full, "a", "otherwise")).toBe("otherwise");
});
