import { expect, test } from "vitest";
import { attributesOf, isLiveQuery, isToldLive, markedOf, toggleMarked, tracesQuery } from "./traces-query.ts";

test("the URL's texts become what the control plane is asked", () => {
  const search = {
    service: "quotes",
    status: "error",
    min: "10.5",
    max: "x",
    attribute: "a=b=c\nnonsense\nd=e",
    range: "5m",
  };
  expect(tracesQuery(search, 1_000_000)).toEqual({
    service: "quotes",
    status: "error",
    durationMsMin: 10.5,
    attribute: ["a=b=c", "d=e"],
    fromMs: 700_000,
  });
  expect(tracesQuery({ status: "odd", min: "-1", from: "5", range: "5m" }, 1_000_000)).toEqual({ fromMs: 5 });
});

test("at most five attributes are asked for", () => {
  expect(attributesOf({ attribute: "a=1\nb=1\nc=1\nd=1\ne=1\nf=1" })).toHaveLength(5);
});

test("what is over does not go on, and what live events cannot tell is asked for", () => {
  expect([isLiveQuery({}), isLiveQuery({ toMs: 1 }), isLiveQuery({ run: "r" }), isLiveQuery({ run: "all" })]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect([isToldLive({}), isToldLive({ attribute: ["a=b"] }), isToldLive({ operation: "x" })]).toEqual([
    true,
    false,
    false,
  ]);
});

test("two traces are marked at most; the older mark goes", () => {
  expect(toggleMarked(["a", "b"], "c")).toEqual(["b", "c"]);
  expect(toggleMarked(["a", "b"], "a")).toEqual(["b"]);
  expect(markedOf({ compare: "a,b,c" })).toEqual(["a", "b"]);
});
