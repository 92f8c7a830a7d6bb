import { expect, it } from "vitest";
import { counted, formatBytes, formatCount, formatRate, formatShare } from "./number.ts";

it("writes whole numbers without a point, others with as few digits as say enough", () => {
  expect([0, 999, 1_234, 12_345].map(formatCount)).toEqual(["0", "999", "1,234", "12.3K"]);
  expect([0, 1, 2_000].map((value) => counted(value, "span"))).toEqual(["0 spans", "1 span", "2,000 spans"]);
  expect([0, 0.05, 0.42, 3, 9.96, 1_200].map(formatRate)).toEqual(["0", "<0.1", "0.4", "3", "10", "1,200"]);
  expect([0, 0.0004, 0.05, 0.054, 0.0996, 1].map(formatShare)).toEqual(["0%", "<0.1%", "5%", "5.4%", "10%", "100%"]);
  expect([512, 1_024, 1_536, 102_400].map(formatBytes)).toEqual(["512 B", "1 KiB", "1.5 KiB", "100 KiB"]);
});
