import { expect, it } from "vitest";
import { budgetWords, policyRows, probeWords, reasonWords } from "./resilience-words.ts";

it("says when an instance is tried again", () => {
  expect([probeWords(10_000, 7_400), probeWords(10_000, 10_000), probeWords(10_000, 12_000)]).toEqual([
    "in 3 s",
    "now",
    "now",
  ]);
});

it("says what is left of a budget", () => {
  expect(budgetWords({ retryBudget: { left: 12.9, max: 20, leftMin: 0 } })).toBe("12 of 20 retries left");
  expect(budgetWords({ retryBudget: null })).toBe("not reported");
});

it("says why in words", () => {
  expect(reasonWords(["consecutive_failures", "failure_ratio"])).toBe("consecutive failures, failure ratio");
});

it("shows what differs from the defaults first, each with its unit", () => {
  const defaults = { deadlineMs: 10_000, attemptsMax: 3, budgetRatio: 0.2, throttlePerSecondMin: 5, coalesce: false };
  expect(policyRows({ attemptsMax: 2, budgetRatio: 0.2 }, defaults)).toEqual([
    { name: "attemptsMax", value: "2", standard: "3" },
    { name: "budgetRatio", value: "20%", standard: undefined },
    { name: "deadlineMs", value: "10 s", standard: undefined },
    { name: "throttlePerSecondMin", value: "5/s", standard: undefined },
    { name: "coalesce", value: "false", standard: undefined },
  ]);
});
