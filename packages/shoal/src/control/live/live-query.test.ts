import { describe, expect, it } from "vitest";
import type { ExchangeSummary } from "../api/schemas/exchanges.ts";
import type { TraceSummary } from "../api/schemas/traces.ts";
import { liveFilters } from "./live-filters.ts";
import { liveQuery } from "./live-query.ts";

const exchange: ExchangeSummary = {
  id: "1",
  side: "client",
  service: "orders",
  instance: "orders-1",
  peer: "api.stripe.com",
  external: true,
  operation: "POST /v1/charges",
  method: "POST",
  url: "https://api.stripe.com/v1/charges",
  status: 402,
  startMs: 0,
  durationMs: 80,
  error: "",
  attempts: 1,
  requestBytes: 1,
  replyBytes: 1,
  traceId: "ab".repeat(16),
  spanId: "cd".repeat(8),
  run: "r",
};
const trace: TraceSummary = {
  traceId: "ab".repeat(16),
  service: "web",
  name: "GET /",
  startMs: 0,
  durationMs: 80,
  spans: 3,
  errors: 1,
  services: [
    { service: "web", spans: 1, errors: 0 },
    { service: "orders", spans: 2, errors: 1 },
  ],
  status: 200,
  beginningMissing: false,
  run: "r",
};

describe("liveQuery", () => {
  it("reads topics and filters", () => {
    expect(liveQuery("topics=logs,traces&service=orders&attribute=a%3D1&attribute=b")).toEqual({
      topics: new Set(["logs", "traces"]),
      filters: { service: "orders" },
      attributes: ["a=1", "b"],
    });
  });

  it.each(["", "topics=", "topics=logs,secrets", "topics=__proto__"])("refuses %j", (query) => {
    expect(() => liveQuery(query)).toThrow("[REQUEST_INVALID] topics must be some of");
  });
});

describe("liveFilters", () => {
  it.each([
    ["", true],
    ["service=orders", true],
    ["service=web", false],
    ["peer=api.stripe.com&side=client&external=true", true],
    ["external=false", false],
    ["method=post", true],
    ["status=4xx", true],
    ["status=5xx", false],
    ["status=2xx", false],
    ["status=402", true],
    ["status=error", false],
    ["status=ok", false],
    ["durationMsMin=80", true],
    ["durationMsMin=81", false],
    ["text=CHARGES", true],
    ["text=refunds", false],
    ["trace=abab", true],
  ])("lets an exchange pass by '%s': %s", (query, passes) => {
    expect(liveFilters(liveQuery(`topics=exchanges&${query}`)).exchanges(exchange)).toBe(passes);
  });

  it.each([
    ["", true],
    ["service=orders", true],
    ["service=quotes", false],
    ["operation=GET%20/", true],
    ["status=error", true],
    ["status=ok", false],
    ["durationMsMin=100", false],
    ["durationMsMax=79", false],
    ["attribute=http.route%3D/", false],
  ])("lets a trace pass by '%s': %s", (query, passes) => {
    expect(liveFilters(liveQuery(`topics=traces&${query}`)).traces(trace)).toBe(passes);
  });
});
