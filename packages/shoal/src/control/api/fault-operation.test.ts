import { describe, expect, it } from "vitest";
import { operationOfFault } from "./fault-operation.ts";

const known = [
  { operation: "getQuote", method: "GET", path: "/quotes/:id" },
  { operation: "listQuotes", method: "GET", path: "/quotes" },
  { operation: "GET /health" },
];

describe("operationOfFault", () => {
  it("knows an operation by its name and by its route", () => {
    const getQuote = { operation: "getQuote", route: "GET /quotes/:id" };
    expect(operationOfFault("getQuote", known)).toEqual(getQuote);
    expect(operationOfFault("GET /quotes/:id", known)).toEqual(getQuote);
    expect(operationOfFault("GET /health", known)).toEqual({ operation: "GET /health", route: "" });
  });

  it("takes a route at the person's word, and any name of a service of which nothing is known", () => {
    expect(operationOfFault("GET /reports/:day", known)).toEqual({ operation: "GET /reports/:day", route: "" });
    expect(operationOfFault("getQuote", [])).toEqual({ operation: "getQuote", route: "" });
    expect(operationOfFault("", known)).toEqual({ operation: "", route: "" });
  });

  it("refuses a name that the service does not have, and tells the nearest or all", () => {
    expect(() => operationOfFault("getQuotes", known)).toThrow(
      expect.objectContaining({ hint: "Did you mean getQuote?" }),
    );
    expect(() => operationOfFault("removeAll", known)).toThrow(
      expect.objectContaining({ hint: "It has: getQuote, listQuotes, GET /health." }),
    );
  });
});
