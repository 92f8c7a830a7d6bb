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

it("draws cubic curves, and what is left at the end as what it can be", () => {
  const points = [
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
    [5, 5],
  ] as const;
  expect(routeOf({ sections: section(...points.slice(0, 4)) })?.path).toBe("M0,0C1,1 2,2 3,3");
  expect(routeOf({ sections: section(...points) })?.path).toBe("M0,0C1,1 2,2 3,3Q4,4 5,5");
});

it("writes in the middle of the room that was left for it, and of the line where there is none", () => {
  const labels = [{ x: 10, y: 20, width: 100, height: 18 }];
  expect(routeOf({ sections: section([0, 0], [9, 9]), labels })?.label).toEqual({ x: 60, y: 29 });
  expect(routeOf({ sections: section([0, 0], [4, 4], [6, 6], [9, 9]) })?.label).toEqual({ x: 6, y: 6 });
});

it("has no route for an edge that was not laid out", () => {
  expect(routeOf({})).toBeUndefined();
});
