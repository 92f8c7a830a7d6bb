import { expect, test } from "vitest";
import { zoomOf, zoomText } from "./trace-zoom.ts";

const range = { startMs: 1_000, endMs: 1_100 };

test("a zoom goes into the URL and out of it", () => {
  const window = { startMs: 1_012.5, endMs: 1_080 };
  expect(zoomText(window, range)).toBe("12.5-80");
  expect(zoomOf("12.5-80", range)).toEqual(window);
});

test("all of the range is no zoom, nor is nonsense", () => {
  expect(zoomText(range, range)).toBeUndefined();
  expect(zoomOf("80-12", range)).toBeUndefined();
  expect(zoomOf("a-b", range)).toBeUndefined();
  expect(zoomOf(undefined, range)).toBeUndefined();
  expect(zoomOf("50-900", range)).toEqual({ startMs: 1_050, endMs: 1_100 });
});
