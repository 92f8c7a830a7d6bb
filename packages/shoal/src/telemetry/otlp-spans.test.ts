import { expect, it } from "vitest";
import { spansEncoder } from "./otlp-spans.ts";
import type { Span } from "./records.ts";
import type { Resource } from "./resource.ts";

/** The document that an encoder writes in pieces. */
function documentOf(resource: Resource, spans: readonly Span[]) {
  let body = "";
  spansEncoder(resource)(spans, (text) => {
    body += text;
  });
  return JSON.parse(body);
}

const span: Span = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  parentSpanId: "",
  name: 'GET /"quotes"/:id',
  kind: "server",
  startMs: 1_767_225_600_000.25,
  durationMs: 1.5,
  status: "unset",
  statusMessage: "",
  attributes: { "http.request.method": "GET", "http.response.status_code": 200, ratio: 0.5, ok: true, list: ["a", 1] },
  events: [],
  links: [],
  scope: "shoal",
};

it("encodes spans as OTLP JSON: hex ids, numbers for enums, 64-bit integers as strings", () => {
  const document = documentOf({ "service.name": "quotes" }, [span]);
  expect(document).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value: { stringValue: "quotes" } }] },
        scopeSpans: [
          {
            scope: { name: "shoal" },
            spans: [
              {
                traceId: "0af7651916cd43dd8448eb211c80319c",
                spanId: "b7ad6b7169203331",
                name: 'GET /"quotes"/:id',
                kind: 2,
                startTimeUnixNano: "1767225600000250000",
                endTimeUnixNano: "1767225600001750000",
                attributes: [
                  { key: "http.request.method", value: { stringValue: "GET" } },
                  { key: "http.response.status_code", value: { intValue: "200" } },
                  { key: "ratio", value: { doubleValue: 0.5 } },
                  { key: "ok", value: { boolValue: true } },
                  { key: "list", value: { arrayValue: { values: [{ stringValue: "a" }, { intValue: "1" }] } } },
                ],
              },
            ],
          },
        ],
      },
    ],
  });
});

it("encodes parent, status, events and links where there are any, and groups by the library that made them", () => {
  const attributes = { "exception.message": "no\n" };
  const rich: Span = {
    ...span,
    parentSpanId: "00f067aa0ba902b7",
    status: "error",
    statusMessage: "[INTERNAL] broken",
    events: [{ name: "exception", timeMs: 1_767_225_600_000, attributes }],
    links: [{ traceId: span.traceId, spanId: span.spanId, attributes: {} }],
    scope: "mine",
  };
  const [resourceSpans] = documentOf({}, [span, rich, span]).resourceSpans;
  expect(
    resourceSpans.scopeSpans.map((one: { scope: unknown; spans: unknown[] }) => [one.scope, one.spans.length]),
  ).toEqual([
    [{ name: "shoal" }, 2],
    [{ name: "mine" }, 1],
  ]);
  expect(resourceSpans.scopeSpans[1].spans[0]).toMatchObject({
    parentSpanId: "00f067aa0ba902b7",
    status: { code: 2, message: "[INTERNAL] broken" },
    events: [
      {
        name: "exception",
        timeUnixNano: "1767225600000000000",
        attributes: [{ key: "exception.message", value: { stringValue: "no\n" } }],
      },
    ],
    links: [{ traceId: span.traceId, spanId: span.spanId, attributes: [] }],
  });
});

it("writes numbers that JSON has no word for as protobuf's JSON does, and half a character as its escape", () => {
  const odd = { ...span, attributes: { a: Number.NaN, b: Number.NEGATIVE_INFINITY, c: "\ud800" } };
  const [{ scopeSpans }] = documentOf({}, [odd]).resourceSpans;
  const values = scopeSpans[0].spans[0].attributes.map((one: { value: unknown }) => one.value);
  expect(values).toEqual([{ doubleValue: "NaN" }, { doubleValue: "-Infinity" }, { stringValue: "\ud800" }]);
});
