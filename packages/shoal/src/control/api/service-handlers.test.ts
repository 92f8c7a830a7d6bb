import { describe, expect, it } from "vitest";
import { NO_RATES } from "../telemetry/rate-window.ts";
import { EDGES_MAX, fleetMap } from "./fleet-map.ts";
import { documentedOperations } from "./openapi-operations.ts";
import { operationStatuses } from "./service-handlers.ts";

const busy = { ...NO_RATES, requestsPerSecond: 5 };
const document = {
  paths: {
    "/quotes/{id}": { get: { operationId: "getQuote", summary: "One" }, parameters: [], delete: {} },
    "/odd": null,
    "/list": [],
  },
};

describe("documentedOperations", () => {
  it("reads methods, paths and summaries, and leaves out what is none", () => {
    expect(documentedOperations(document)).toEqual([
      { operation: "getQuote", method: "GET", path: "/quotes/:id", summary: "One" },
      { operation: "DELETE /quotes/:id", method: "DELETE", path: "/quotes/:id", summary: "" },
    ]);
  });

  it.each([undefined, null, 7, "x", [], { paths: [] }, { paths: { __proto__: null } }])("finds none in %j", (odd) => {
    expect(documentedOperations(odd)).toEqual([]);
  });
});

describe("operationStatuses", () => {
  it("joins the contract with the traffic, by name or by route, and keeps what only traffic told of", () => {
    const statuses = operationStatuses(documentedOperations(document), [
      { operation: "getQuote", ...busy },
      { operation: "DELETE /quotes/:id", ...busy },
      { operation: "GET /health", ...busy },
      { operation: "other", ...NO_RATES },
    ]);
    expect(
      statuses.map(({ operation, method, path, requestsPerSecond }) => [operation, method, path, requestsPerSecond]),
    ).toEqual([
      ["getQuote", "GET", "/quotes/:id", 5],
      ["DELETE /quotes/:id", "DELETE", "/quotes/:id", 5],
      ["GET /health", "GET", "/health", 5],
      ["other", "", "", 0],
    ]);
  });
});

describe("fleetMap", () => {
  const edge = (caller: string, callee: string, external = false) => ({ caller, callee, external, ...busy });

  it("has services, callers that nobody knows, and the hosts outside", () => {
    const quotes = { service: "quotes", instances: 2, ready: 1, problems: 3, ...busy };
    const map = fleetMap(
      [quotes],
      [edge("", "quotes"), edge("quotes", "api.stripe.com", true), edge("gone", "quotes")],
    );
    expect(map.nodes.map(({ name, kind, instances, problems }) => [name, kind, instances, problems])).toEqual([
      ["quotes", "service", 2, 3],
      ["", "unknown-caller", 0, 0],
      ["api.stripe.com", "external", 0, 0],
      ["gone", "service", 0, 0],
    ]);
    expect(map.edges).toHaveLength(3);
    expect(map.edges[0]).toEqual({ caller: "", callee: "quotes", ...busy });
  });

  it("keeps the busiest of too many edges", () => {
    const quiet = Array.from({ length: EDGES_MAX }, (_, index) => ({
      ...edge(`c${index}`, "quotes"),
      requestsPerSecond: 1,
    }));
    const { edges } = fleetMap([], [...quiet, edge("busy", "quotes")]);
    expect([edges.length, edges[0]?.caller]).toEqual([EDGES_MAX, "busy"]);
  });
});
