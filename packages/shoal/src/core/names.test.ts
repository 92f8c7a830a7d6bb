import { describe, expect, it } from "vitest";
import { isName, nearestName } from "./names.ts";

describe("isName", () => {
  it.each(["a", "quotes", "quotes-2", "a".repeat(63), "a1-b2"])("takes %s", (name) => {
    expect(isName(name)).toBe(true);
  });

  it.each(["", "-a", "a-", "1a", "Quotes", "a_b", "a.b", "a b", "a".repeat(64), "ä", "a\n"])("refuses %j", (name) => {
    expect(isName(name)).toBe(false);
  });
});

describe("nearestName", () => {
  it.each([
    ["quote", "quotes"],
    ["qoutes", "quotes"],
    ["rate", "rates"],
  ])("takes %s for %s", (wanted, meant) => {
    expect(nearestName(wanted, ["payments", "quotes", "rates"])).toBe(meant);
  });

  it("says nothing when no name is within two letters", () => {
    expect(nearestName("ledger", ["quotes", "rates"])).toBeUndefined();
    expect(nearestName("quotes", [])).toBeUndefined();
  });
});
