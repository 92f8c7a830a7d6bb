import { expect, test } from "vitest";
import { between, spanOf } from "./testing/span-of.ts";
import { adjustSkew, skewedInstances } from "./trace-skew.ts";
import { buildTraceTree } from "./trace-tree.ts";

const client = (startMs: number, endMs: number, status: "ok" | "error" = "ok") =>
  spanOf(
    "call",
    "",
    between(startMs, endMs, { kind: "client", instance: "web-1", status, resource: { "host.name": "a" } }),
  );
const server = (startMs: number, endMs: number, host = "b") =>
  spanOf("served", "call", between(startMs, endMs, { kind: "server", resource: { "host.name": host } }));
const startsOf = (...spans: Parameters<typeof buildTraceTree>[0]) =>
  Object.fromEntries(adjustSkew(buildTraceTree(spans)).nodes.map(({ id, startMs }) => [id, startMs]));

// Jaeger, model/adjuster/clockskew_test.go: "adjust ... child starts before parent" and its neighbours.
test("a server span that began before its call is put in the middle of it, with what it did", () => {
  const inner = spanOf("inner", "served", between(-90, -80));
  expect(startsOf(client(0, 100), server(-100, -50), inner)).toEqual({ call: 0, served: 25, inner: 35 });
});

test("a server span that is longer than its call is put at the call's start, and only when it began before", () => {
  expect(startsOf(client(0, 10), server(-100, 0))["served"]).toBe(0);
  expect(startsOf(client(0, 10), server(5, 100))["served"]).toBe(5);
});

test("what fits is left alone", () => {
  expect(startsOf(client(0, 100), server(10, 90))["served"]).toBe(10);
});

test("a late end counts between hosts only, and not when the caller gave up", () => {
  expect(startsOf(client(0, 50), server(30, 60))["served"]).toBe(10);
  expect(startsOf(client(0, 50), server(30, 60, "a"))["served"]).toBe(30);
  expect(startsOf(client(0, 50, "error"), server(30, 60))["served"]).toBe(30);
});

test("instances with a clock that is visibly off are named once", () => {
  const tree = adjustSkew(
    buildTraceTree([client(0, 100), server(-100, -50), spanOf("inner", "served", between(-90, -80))]),
  );
  expect(skewedInstances(tree)).toEqual([{ instance: "quotes-1", skewMs: 125 }]);
  expect(skewedInstances(buildTraceTree([client(0, 1)]))).toEqual([]);
});

test("on one machine small differences are not told, only a clock that is visibly off", () => {
  const skewed = (startMs: number, host: string) =>
    skewedInstances(adjustSkew(buildTraceTree([client(0, 100), server(startMs, startMs + 50, host)]))).length;
  expect([skewed(-20, "a"), skewed(-20, "b"), skewed(-500, "a")]).toEqual([0, 1, 1]);
});
