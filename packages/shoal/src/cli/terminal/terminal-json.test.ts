import { expect, it } from "vitest";
import { terminalJson } from "./terminal-json.ts";

it("terminalJson prints nothing that a terminal obeys, and stays the same value", () => {
  const value = { "k\u009b": ["\u001b[2J", "\u009b31m", "\u202eabc", "\u2028", "\u007f", "\u0000", "ü😀\ud800"] };
  const text = terminalJson(value, 2);
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
  expect(text).toContain("ü😀");
  expect(JSON.parse(text)).toEqual(value);
});
