import { expect, it } from "vitest";
import { routeOf } from "./route.ts";

const section = (...points: readonly (readonly [number, number])[]) => {
  const [startPoint, ...rest] = points.map(([x, y]) => ({ x, y }));
  const endPoint = rest.pop();
  if (!startPoint || !endPoint) throw new Error("two points at least");
  return [{ id: "s", startPoint, endPoint, bendPoints: rest }];
};

it("draws a straight line between two points", () => {
  expect(routeOf({ sections: section([0, 0], [10, 20.04]) })?.path).toBe("M0,0L10,20");
});

it("goes from corner to corner, each rounded, of a short stretch by no more than half of it", () => {
  expect(routeOf({ sections: section([0, 0], [0, 50], [100, 50], [100, 58]) })?.path).toBe(
    "M0,0L0,40Q0,50 10,50L90,50Q100,50 100,54L100,58",
  );
  expect(routeOf({ sections: section([0, 0], [0, 0], [9, 0]) })?.path).toBe("M0,0L0,0Q0,0 4.5,0L9,0");
});

it("writes in the middle of the room that was left for it, and of the line where there is none", () => {
  const labels = [{ x: 10, y: 20, width: 100, height: 18 }];
  expect(routeOf({ sections: section([0, 0], [9, 9]), labels })?.label).toEqual({ x: 60, y: 29 });
  expect(routeOf({ sections: section([0, 0], [4, 4], [6, 6], [9, 9]) })?.label).toEqual({ x: 5, y: 5 });
});

it("has no route for an edge that was not laid out", () => {
  expect(routeOf({})).toBeUndefined();
});
