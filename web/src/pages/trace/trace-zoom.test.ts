import { expect, test } from "vitest";
import { zoomBy, zoomOf, zoomText } from "./trace-zoom.ts";

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

test("zooming in goes to a moment and stays within the range; zooming out ends with all of it", () => {
  expect(zoomBy(range, range, 0.5, 1_050)).toEqual({ startMs: 1_025, endMs: 1_075 });
  expect(zoomBy(range, range, 0.5, 1_001)).toEqual({ startMs: 1_000, endMs: 1_050 });
  expect(zoomBy(range, range, 0.5, 1_100)).toEqual({ startMs: 1_050, endMs: 1_100 });
  expect(zoomBy({ startMs: 1_025, endMs: 1_075 }, range, 2, 1_050)).toBeUndefined();
});
