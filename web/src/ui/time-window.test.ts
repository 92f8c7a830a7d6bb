import { expect, test } from "vitest";
import { inputOf, momentText, msOf, timeOf } from "./time-window.ts";

test("a moment goes into an input and out of it unchanged", () => {
  const text = String(Date.UTC(2026, 10, 21, 14, 3, 22));
  expect(timeOf(inputOf(text))).toBe(text);
});

test("what is no moment is none", () => {
  for (const text of [undefined, "", "soon", "1e300", "NaN"]) {
    expect([msOf(text), momentText(text), inputOf(text)]).toEqual([undefined, "…", ""]);
  }
  expect(timeOf("")).toBeUndefined();
});
