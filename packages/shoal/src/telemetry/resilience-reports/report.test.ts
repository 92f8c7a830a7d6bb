import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { AdmissionState, EdgeState } from "../resilience.ts";
import { createResilienceMeter } from "../resilience-meter.ts";
import { unreadEdge } from "./merge-states.ts";
import { isRestless, resilienceReport } from "./report.ts";

const WHO = { service: "web", instance: "web-1" };
const CALM: AdmissionState = {
  limit: 20,
  limitMax: 100,
  inFlight: 0,
  waiting: 0,
  waitersMax: 200,
  queueDelayMs: 0,
  stressed: false,
};
const edge = (given: Partial<EdgeState>): EdgeState => ({ ...unreadEdge("quotes"), ...given });
const ejected = (instance: string) => ({
  instance,
  reason: "consecutive_failures" as const,
  forMs: 10,
  probeInMs: 90,
});
const made = () => createResilienceMeter(createVirtualClock());

describe("resilienceReport", () => {
  it("tells counts and states of what was called, and leaves out what was not", () => {
    const meter = made();
    meter.edge("never");
    meter.watchEdge(() => edge({ callee: "quotes", retryBudget: 4, retryBudgetMax: 10 }));
    meter.edge("quotes")("call");
    meter.shed("sheddable", "overload");
    meter.watchAdmission(() => CALM);
    expect(resilienceReport(meter.counted, WHO)).toEqual({
      ...WHO,
      startMs: expect.any(Number),
      edges: [{ ...unreadEdge("quotes"), retryBudget: 4, retryBudgetMax: 10, counts: { call: 1 } }],
      admission: CALM,
      shed: { "sheddable overload": 1 },
    });
  });

  it("adds up what consumers with different settings have towards one service", () => {
    const meter = made();
    meter.edge("quotes")("call");
    const states = [
      edge({ retryBudget: 1, retryBudgetMax: 10, instances: 3, ejected: [ejected("quotes-1")], inFlight: 1 }),
      edge({
        retryBudget: 5,
        retryBudgetMax: 10,
        instances: 3,
        ejected: [ejected("quotes-1"), ejected("quotes-2")],
        panic: true,
        inFlight: 2,
        policy: { attemptMs: 100 },
      }),
    ];
    for (const state of states) meter.watchEdge(() => state);
    const [told] = resilienceReport(meter.counted, WHO).edges;
    expect(told).toMatchObject({ retryBudget: 6, retryBudgetMax: 20, instances: 3, panic: true, inFlight: 3 });
    expect(told?.ejected.map(({ instance }) => instance)).toEqual(["quotes-1", "quotes-2"]);
    expect(told?.policy).toEqual({ attemptMs: 100 });
  });

  it("tells of no more than 100 ejected instances of one service", () => {
    const meter = made();
    meter.edge("quotes")("call");
    const many = Array.from({ length: 80 }, (_, index) => index);
    meter.watchEdge(() => edge({ ejected: many.map((index) => ejected(`quotes-${index}`)) }));
    meter.watchEdge(() => edge({ ejected: many.map((index) => ejected(`quotes-${100 + index}`)) }));
    expect(resilienceReport(meter.counted, WHO).edges[0]?.ejected).toHaveLength(100);
  });
});

describe("isRestless", () => {
  const report = (given: Partial<EdgeState>, admission = CALM) => ({
    ...WHO,
    startMs: 0,
    edges: [{ ...edge(given), counts: {} }],
    admission,
    shed: {},
  });

  it("is true only while there is something to see", () => {
    expect(isRestless(report({}))).toBe(false);
    expect(isRestless(report({ ejected: [ejected("quotes-1")] }))).toBe(true);
    expect(isRestless(report({ throttledShare: 0.1 }))).toBe(true);
    expect(isRestless(report({}, { ...CALM, stressed: true }))).toBe(true);
    expect(isRestless(report({}, { ...CALM, inFlight: 1 }))).toBe(true);
  });
});
