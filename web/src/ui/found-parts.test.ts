import { expect, it } from "vitest";
import { foundParts, HITS_MAX } from "./found-parts.ts";

it("takes a text apart where it says what is looked for, whatever the case", () => {
  expect(foundParts("Ada and ADA", "ada")).toEqual({
    hits: 2,
    parts: [
      { text: "Ada", hit: 0 },
      { text: " and ", hit: undefined },
      { text: "ADA", hit: 1 },
    ],
  });
});

it("finds nothing without a text to look for, or where lower case has another length", () => {
  expect(foundParts("abc", "")).toEqual({ hits: 0, parts: [{ text: "abc", hit: undefined }] });
  expect(foundParts("İabc", "a").hits).toBe(0);
});

it("marks no more than its bound, and keeps the rest", () => {
  const text = "a".repeat(HITS_MAX + 7);
  const { parts, hits } = foundParts(text, "a");
  expect([hits, parts.map((part) => part.text).join("") === text]).toEqual([HITS_MAX, true]);
});
