import { describe, expect, it } from "vitest";
import type { InstanceSet } from "../../discovery/resolver.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { nobodyToAsk, tooManyWait } from "./absent.ts";

const SET: InstanceSet = { state: "ok", instances: [], lastResort: [], known: [] };
const names = (count: number) => Array.from({ length: count }, (_, index) => `service${index}`);

function told(set: Partial<InstanceSet>) {
  const { code, message, hint, retry, details } = nobodyToAsk("quotes", { ...SET, ...set });
  return { code, message, hint, retry, details };
}

describe("nobodyToAsk", () => {
  const one = sampleInstance("quotes-1");
  it.each<[string, Partial<InstanceSet>, string]>([
    [
      "the registry has not answered",
      { state: "pending" },
      "nothing has been heard of quotes: the registry has not answered",
    ],
    [
      "it is out of reach",
      { state: "pending", staleSinceMs: 0 },
      "nothing has been heard of quotes; the registry is out of reach",
    ],
    ["there is none", { known: ["quotes"] }, "quotes has no ready instance"],
    [
      "there was none",
      { known: ["quotes"], state: "stale", staleSinceMs: 0 },
      "quotes has no ready instance; the registry is out of reach",
    ],
    ["the only one refuses", { instances: [one] }, "quotes: its instance refuses connections"],
    [
      "all refuse",
      { instances: [one, one], staleSinceMs: 5 },
      "quotes: its 2 instances refuse connections; the registry is out of reach",
    ],
  ])("says so when %s", (_, set, message) => {
    expect(told(set)).toMatchObject({ code: "NO_INSTANCE", retry: "never", message: `[NO_INSTANCE] ${message}` });
  });

  it.each<[readonly string[], string]>([
    [[], "it knows none"],
    [["orders", "rates"], "it knows orders, rates"],
    [["quote", "rates"], "it knows quote, rates; did you mean quote?"],
    [names(20), `it knows ${names(20).join(", ")}`],
    [names(23), `it knows ${names(20).join(", ")} and 3 more`],
  ])("says of a name that nobody knows, of %j: %s", (known, what) => {
    const { code, message, details } = told({ known });
    expect([code, message]).toEqual([
      "SERVICE_UNKNOWN",
      `[SERVICE_UNKNOWN] the registry has no service "quotes": ${what}`,
    ]);
    const nearest = known.includes("quote") ? { nearest: "quote" } : {};
    expect(details).toEqual({ known: known.slice(0, 20), ...nearest });
  });

  it("says how to start a fleet to who has none", () => {
    const start = expect.stringMatching(/shoal up.*SHOAL_CONTROL.*SHOAL_STATIC/);
    expect(told({ state: "pending" }).hint).toEqual(start);
    expect(told({}).hint).toEqual(start);
    expect(told({ known: ["orders"] }).hint).not.toEqual(start);
    expect(told({ known: ["quotes"] }).hint).not.toEqual(start);
  });
});

it("says how many wait", () => {
  expect(tooManyWait("quotes.getQuote", 1_000)).toMatchObject({
    code: "LIMIT_REACHED",
    retry: "never",
    message: "[LIMIT_REACHED] quotes.getQuote: no instance, and 1000 calls wait for one already",
  });
});
