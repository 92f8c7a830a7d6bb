import { describe, expect, it } from "vitest";
import type { Run, RunDifference } from "../../api/types.ts";
import { byConcern, changeOf, chosenRuns, explained, searchableText, summaryOf } from "./run-words.ts";

const side = (requests: number, more: Partial<NonNullable<RunDifference["before"]>> = {}) => ({
  requests,
  errorRatio: 0,
  p50Ms: 10,
  p99Ms: 100,
  ...more,
});
const difference = (
  verdict: RunDifference["verdict"],
  before: RunDifference["before"],
  after: RunDifference["after"],
) => ({
  service: "quotes",
  operation: "getQuote",
  verdict,
  before,
  after,
});

describe("explained", () => {
  it.each([
    [
      difference("fails", side(280), side(340, { errorRatio: 0.12 })),
      "12% of 340 requests failed now; none of 280 requests failed before.",
    ],
    [
      difference("slower", side(50), side(50, { p50Ms: 25 })),
      "Half of the requests take up to 25 ms now; 10 ms before.",
    ],
    [
      difference("faster", side(50), side(50, { p99Ms: 20 })),
      "One in a hundred takes more than 20 ms now; 100 ms before.",
    ],
    [
      difference("slower", side(50), side(50, { p50Ms: 15, p99Ms: 20 })),
      "Half of the requests take up to 15 ms now; 10 ms before.",
    ],
    [difference("same", side(7), side(500)), "Only 7 requests before: too few to tell."],
    [difference("same", side(500), side(1)), "Only 1 request now: too few to tell."],
    [difference("same", side(500), side(500)), "No change beyond chance."],
    [difference("new", null, side(1)), "Was not called before; 1 request now."],
    [difference("gone", side(2), null), "Is not called any more; 2 requests before."],
  ])("says what became of it: %#", (given, words) => {
    expect(explained(given)).toBe(words);
  });
});

it("sums a comparison up", () => {
  const all = [
    difference("fails", side(1), side(1)),
    difference("fails", side(1), side(1)),
    difference("same", side(1), side(1)),
  ];
  expect(summaryOf(all, 1)).toBe("2 fail now, 1 error is new in the logs.");
  expect(summaryOf(all.slice(2), 0)).toBe("Nothing changed in 1 operation.");
  expect(summaryOf([], 0)).toBe("Neither run has served a request.");
});

it("measures change as a power of two", () => {
  expect([changeOf(10, 20), changeOf(20, 10), changeOf(0, 1), changeOf(null, 1)]).toEqual([1, -1, null, null]);
});

describe("chosenRuns", () => {
  const runs = ["c", "b", "a"].map((id) => ({ id }) as Run);

  it("compares this run with the one before it, unless asked otherwise", () => {
    expect(chosenRuns(runs, {})).toEqual({ before: "b", after: "c" });
    expect(chosenRuns(runs, { after: "b" })).toEqual({ before: "a", after: "b" });
    expect(chosenRuns(runs, { before: "a" })).toEqual({ before: "a", after: "c" });
    expect(chosenRuns(runs, { before: "c" })).toEqual({ before: "c", after: "b" });
  });

  it("has nothing to compare in one run", () => {
    expect(chosenRuns(runs.slice(2), {})).toEqual({ before: undefined, after: "a" });
    expect(chosenRuns([], {})).toEqual({ before: undefined, after: undefined });
  });
});

it("searches for what each line of a pattern has", () => {
  expect(searchableText("took … ms: upstream reset")).toBe("ms: upstream reset");
  expect(searchableText("… …")).toBe("");
});

it("begins with what concerns people most", () => {
  const all = (["same", "faster", "fails"] as const).map((verdict) => difference(verdict, side(1), side(1)));
  expect(byConcern(all).map(({ verdict }) => verdict)).toEqual(["fails", "faster", "same"]);
});
