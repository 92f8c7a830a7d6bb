import { describe, expect, it } from "vitest";
import type { EdgeState, ResilienceReport } from "../../telemetry/resilience.ts";
import { unreadEdge } from "../../telemetry/resilience-reports/merge-states.ts";
import { createResilienceKeeper } from "../telemetry/resilience-keeper.ts";
import { notableOf, resilienceHistory, resilienceOf } from "./resilience-view.ts";
import { Resilience, ResilienceHistory } from "./schemas/resilience.ts";

const T0 = 1_800_000_000_000;
const NOW = T0 + 20_000;

function made() {
  const keeper = createResilienceKeeper();
  let counts: Record<string, number> = {};
  return {
    keeper,
    /** Twenty seconds of reports each 2 s with these counts a second. */
    run(perSecond: Record<string, number>, state: Partial<EdgeState>, who: Partial<ResilienceReport> = {}) {
      counts = {};
      for (let atMs = T0 + 2_000; atMs <= NOW; atMs += 2_000) {
        for (const [event, rate] of Object.entries(perSecond)) counts[event] = (counts[event] ?? 0) + 2 * rate;
        const edges = [{ ...unreadEdge("quotes"), ...state, counts: { ...counts } }];
        keeper.report({ service: "web", instance: "web-1", startMs: T0, edges, shed: {}, ...who }, atMs);
      }
    },
    shed(given: Partial<ResilienceReport>) {
      keeper.report(
        { service: "quotes", instance: "quotes-1", startMs: NOW - 4_000, edges: [], shed: {}, ...given },
        NOW - 4_000,
      );
    },
    view: (service?: string) => Resilience.parse(resilienceOf(keeper, service, NOW)),
  };
}

const ejected = (instance: string, reason: EdgeState["ejected"][number]["reason"], forMs: number) => ({
  instance,
  reason,
  forMs,
  probeInMs: 500,
});

describe("an edge", () => {
  it("has rates, requests for each call, and the budget of all and of the poorest process", () => {
    const { run, view } = made();
    run({ call: 10, attempt: 15, retry: 5 }, { retryBudget: 2, retryBudgetMax: 10, inFlight: 3 });
    run({ call: 10, attempt: 10 }, { retryBudget: 10, retryBudgetMax: 10, inFlight: 1 }, { instance: "web-2" });
    expect(view().edges).toMatchObject([
      {
        caller: "web",
        callee: "quotes",
        reporters: 2,
        callsPerSecond: 20,
        attemptsPerCall: 1.25,
        perSecond: { call: 20, attempt: 25, retry: 5 },
        lastMinute: { call: 400, attempt: 500, retry: 100 },
        retryBudget: { left: 12, max: 20, leftMin: 2 },
        inFlight: 4,
        problems: [],
      },
    ]);
  });

  it("joins what several processes say of one ejected instance", () => {
    const { run, view } = made();
    run({ call: 1 }, { instances: 5, ejected: [ejected("quotes-1", "consecutive_failures", 4_000)] });
    const both = [ejected("quotes-1", "failure_ratio", 9_000), ejected("quotes-2", "connection_refused", 100)];
    run({ call: 1 }, { instances: 5, ejected: both }, { instance: "web-2" });
    const [edge] = view().edges;
    expect(edge?.ejected).toEqual([
      {
        instance: "quotes-1",
        reasons: ["consecutive_failures", "failure_ratio"],
        seenBy: 2,
        sinceMs: NOW - 9_000,
        probeAtMs: NOW + 500,
      },
      { instance: "quotes-2", reasons: ["connection_refused"], seenBy: 1, sinceMs: NOW - 100, probeAtMs: NOW + 500 },
    ]);
    expect(edge?.problems).toEqual([
      {
        kind: "ejected",
        level: "warn",
        text: "2 of 5 instances ejected: consecutive failures, failure ratio, connection refused",
      },
    ]);
  });

  it.each<[string, Record<string, number>, Partial<EdgeState>, string]>([
    ["bad", { call: 10, retry_denied: 4 }, {}, "retry budget spent: 4.0/s not retried"],
    ["bad", { call: 10 }, { throttledShare: 0.4 }, "40% of the calls held back, because most are refused"],
    ["bad", { call: 10, throttled: 3 }, {}, "3.0/s of the calls held back, because most are refused"],
    ["bad", { call: 10 }, { panic: true }, "most instances fail, so none is left out: calls go to all of them"],
    ["bad", { call: 1, deadline_exceeded: 1 }, {}, "20 calls in the last minute ran out of time"],
    ["bad", { call: 1, no_instance: 1 }, {}, "20 calls in the last minute found no instance"],
    ["bad", { call: 1, queue_full: 1 }, {}, "20 calls in the last minute found no free connection"],
    ["warn", { call: 10, attempt: 19 }, {}, "1.9 requests for each call"],
    ["warn", { call: 1, fault: 1 }, {}, "20 times in the last minute a fault was injected on purpose"],
  ])("says what is %s: %#", (level, perSecond, state, text) => {
    const { run, view } = made();
    run(perSecond, state);
    expect(view().edges[0]?.problems).toEqual([{ kind: expect.any(String), level, text }]);
  });

  it("comes before others when it is worse", () => {
    const { run, view } = made();
    run({ call: 100 }, {}, { service: "calm" });
    run({ call: 1, retry_denied: 1 }, {}, { service: "poor" });
    run({ call: 1 }, { ejected: [ejected("quotes-1", "failure_ratio", 0)], instances: 2 }, { service: "warned" });
    expect(view().edges.map(({ caller }) => caller)).toEqual(["poor", "warned", "calm"]);
  });

  it("is known by its history only once its processes are silent", () => {
    const { keeper, run } = made();
    run({ call: 5 }, { ejected: [ejected("quotes-1", "failure_ratio", 0)], retryBudget: 1, retryBudgetMax: 2 });
    const [edge] = resilienceOf(keeper, undefined, NOW + 31_000).edges;
    expect(edge).toMatchObject({ reporters: 0, ejected: [], retryBudget: null, problems: [], callsPerSecond: 0 });
  });

  it("is found by either of its services", () => {
    const { run, view } = made();
    run({ call: 1 }, {});
    run({ call: 1 }, {}, { service: "app" });
    expect(view("app").edges).toHaveLength(1);
    expect(view("quotes").edges).toHaveLength(2);
    expect(view("nobody").edges).toEqual([]);
  });

  it("comes with the policy that applies where it says nothing", () => {
    const { run, view } = made();
    run({ call: 1 }, { policy: { attemptMs: 50 } });
    expect(view().edges[0]?.policy).toEqual({ attemptMs: 50 });
    expect(view().policyDefaults).toMatchObject({ attemptMs: 3_000, criticality: "inherited" });
  });
});

describe("a service", () => {
  const admission = {
    limit: 8,
    limitMax: 64,
    inFlight: 8,
    waiting: 2,
    waitersMax: 16,
    queueDelayMs: 40,
    stressed: true,
  };

  it("says whom it sheds and why", () => {
    const { shed, view } = made();
    shed({ admission, shed: { "sheddable overload": 60 } });
    shed({ instance: "quotes-2", admission: { ...admission, stressed: false, queueDelayMs: 90 } });
    expect(view().services).toMatchObject([
      {
        service: "quotes",
        reporters: 2,
        limit: 16,
        limitMax: 128,
        queueDelayMs: 90,
        stressed: 1,
        shed: [{ criticality: "sheddable", reason: "overload", lastMinute: 60 }],
      },
    ]);
    expect(view().services[0]?.problems.map(({ level, text }) => `${level} ${text}`)).toEqual([
      expect.stringMatching(/^warn shedding sheddable requests: .*\/s refused$/),
      "warn 1 of 2 instances overloaded, the newest served first",
    ]);
  });
});

describe("what is notable", () => {
  it("is nothing while all is well, though it is told of", () => {
    const { run, view } = made();
    run({ call: 10 }, {});
    expect(view().edges).toHaveLength(1);
    expect(Resilience.parse(notableOf(view()))).toEqual({ edges: [], services: [], policyDefaults: {} });
  });

  it("is an edge whose calls are tried again, and a service that sheds", () => {
    const { run, shed, view } = made();
    run({ call: 100, retry: 1 }, {});
    shed({ shed: { "sheddable overload": 60 } });
    const { edges, services } = notableOf(view());
    expect(edges).toMatchObject([{ caller: "web", callee: "quotes", problems: [] }]);
    expect(services).toMatchObject([{ service: "quotes" }]);
  });
});

describe("the history of an edge", () => {
  it("has what happened per second, and what the callee shed", () => {
    const { keeper, run, shed } = made();
    run({ call: 10, retry: 2 }, {});
    shed({ shed: { "sheddable overload": 30, "default overload": 10 } });
    const history = ResilienceHistory.parse(resilienceHistory(keeper, { caller: "web", callee: "quotes" }, NOW));
    expect(history.stepMs).toBe(10_000);
    expect(Object.keys(history.perSecond).sort()).toEqual(["call", "retry", "shed"]);
    expect(history.perSecond["call"]?.slice(-2)).toEqual([expect.closeTo(10, 5), expect.closeTo(10, 5)]);
    expect(history.perSecond["call"]).toHaveLength(60);
    expect(history.perSecond["shed"]?.reduce((sum, rate) => sum + rate * 10, 0)).toBeCloseTo(40, 5);
  });

  it("is empty for what nobody calls", () => {
    expect(resilienceHistory(made().keeper, { caller: "a", callee: "b" }, NOW).perSecond).toEqual({});
  });
});
