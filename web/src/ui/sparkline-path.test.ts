import { expect, it } from "vitest";
import { sparklinePath } from "./sparkline-path.ts";

const HEIGHT = 21;

it("draws the newest value at the right edge, zero at the ground and the largest below the top", () => {
  expect(sparklinePath([0, 5, 10], 3, HEIGHT)).toEqual({
    line: "M0 20.0L1 12.0L2 4.0",
    area: "M0 20.0L1 12.0L2 4.0V20H0Z",
  });
});

it("begins further right while there are few values, and leaves the oldest out when there are too many", () => {
  expect(sparklinePath([1, 1], 11, HEIGHT).line).toBe("M9 4.0L10 4.0");
  expect(sparklinePath([9, 1, 1], 2, HEIGHT).line).toBe("M0 4.0L1 4.0");
});

it("lies on the ground when nothing happens, and draws nothing of one value", () => {
  expect(sparklinePath([0, 0], 2, HEIGHT)).toEqual({ line: "M0 20.0L1 20.0", area: "" });
  expect(sparklinePath([7], 2, HEIGHT)).toEqual({ line: "", area: "" });
});
