import { expect, it } from "vitest";
import { sparklinePath } from "./sparkline-path.ts";

const size = { width: 10, height: 12 };

it("draws the newest value at the right edge and the largest at the top", () => {
  expect(sparklinePath([0, 5, 10], 3, size)).toBe("M0.0 11.0L5.0 6.0L10.0 1.0");
});

it("begins further right while there are few values", () => {
  expect(sparklinePath([1, 1], 11, size)).toBe("M9.0 1.0L10.0 1.0");
});

it("lies on the ground when nothing happens, and draws nothing of one value", () => {
  expect(sparklinePath([0, 0], 2, size)).toBe("M0.0 11.0L10.0 11.0");
  expect(sparklinePath([7], 2, size)).toBe("");
});
