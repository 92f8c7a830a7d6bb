import { expect, it } from "vitest";
import { edgeState } from "./edge-state.ts";
import { resolvePolicy } from "./policy.ts";

it("tells of budget, throttle, balancer and of what differs from the default policy", () => {
  const balance = {
    instances: 4,
    subset: 3,
    ejected: [],
    panic: false,
    zoneLocalShare: 0.5,
    inFlight: 2,
    waiting: 1,
  };
  const parts = {
    balancer: { state: () => balance },
    budget: { balance: (nowMs: number) => nowMs / 10, max: () => 10 },
    admission: { share: () => 0.25 },
    policy: resolvePolicy({ attemptMs: 50, budgetRatio: 0.2, subsetMax: 3, criticality: "critical" }),
  };
  expect(edgeState("quotes", parts, 45)).toEqual({
    callee: "quotes",
    ...balance,
    retryBudget: 4.5,
    retryBudgetMax: 10,
    throttledShare: 0.25,
    policy: { attemptMs: 50, subsetMax: 3, criticality: "critical" },
  });
});
