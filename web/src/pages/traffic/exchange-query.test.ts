import { describe, expect, it } from "vitest";
import { exchangeQueryOf, isLiveQuery } from "./exchange-query.ts";

describe("exchangeQueryOf", () => {
  it("asks for what the URL says", () => {
    const search = { q: "pay", side: "client", external: "true", min: "12.5", status: "error", run: "r1" } as const;
    expect(exchangeQueryOf(search, 0)).toEqual({
      text: "pay",
      side: "client",
      external: true,
      durationMsMin: 12.5,
      status: "error",
      run: "r1",
    });
  });

  it("leaves out what nobody can have meant", () => {
    expect(exchangeQueryOf({ side: "both", external: "yes", min: "-1", from: "noon", range: "9y" }, 0)).toEqual({});
  });

  it("counts a range from now, unless it says from when exactly", () => {
    expect(exchangeQueryOf({ range: "5m" }, 1_000_000_500)).toEqual({ fromMs: 999_700_000 });
    expect(exchangeQueryOf({ range: "5m", from: "7", to: "9" }, 1_000_000_500)).toEqual({ fromMs: 7, toMs: 9 });
  });
});

it("hears of new exchanges only where they can come", () => {
  expect([{}, { run: "all" }, { run: "r1" }, { toMs: 1 }, { body: "x" }].map(isLiveQuery)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
