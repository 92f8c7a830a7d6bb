import { describe, expect, it } from "vitest";
import { sampleFault } from "../../testing/sample-fault.ts";
import { faultMatches } from "./fault-match.ts";

function matches(fault: Parameters<typeof sampleFault>[0], operation = "getQuote", caller: string | undefined = "web") {
  return faultMatches(sampleFault(fault), { operation }, "quotes-1", caller);
}

describe("faultMatches", () => {
  it("means every call when nothing is chosen", () => {
    expect(matches({})).toBe(true);
    expect(matches({}, "GET /anything")).toBe(true);
  });

  it("goes by instance and caller", () => {
    expect([matches({ instance: "quotes-1" }), matches({ instance: "quotes-2" })]).toEqual([true, false]);
    expect([matches({ caller: "web" }), matches({ caller: "reports" })]).toEqual([true, false]);
    expect(faultMatches(sampleFault({ caller: "web" }), { operation: "getQuote" }, "quotes-1", undefined)).toBe(false);
  });

  it("goes by the operation's name, or by its route for who has no contract", () => {
    const getQuote = { operation: "getQuote", route: "GET /quotes/:id" };
    expect(matches(getQuote)).toBe(true);
    expect(matches(getQuote, "listQuotes")).toBe(false);
    expect(matches(getQuote, "GET /quotes/42")).toBe(true);
    expect(matches(getQuote, "DELETE /quotes/42")).toBe(false);
    expect(matches(getQuote, "GET /quotes")).toBe(false);
    expect(matches(getQuote, "GET /quotes/")).toBe(false);
    expect(matches(getQuote, "GET /quotes/42/history")).toBe(false);
    expect(matches({ operation: "GET /quotes/{id}" }, "GET /quotes/42")).toBe(true);
    expect(matches({ operation: "GET /quotes:batch" }, "GET /quotes:other")).toBe(false);
  });

  it("takes no name for a route", () => {
    expect(matches({ operation: ":any" }, "getQuote")).toBe(false);
    expect(matches({ operation: ":any/:id" }, "GET /42")).toBe(false);
  });
});
