import { describe, expect, it } from "vitest";
import type { EdgeCounts, ResilienceReport } from "../../telemetry/resilience.ts";
import { unreadEdge } from "../../telemetry/resilience-reports/merge-states.ts";
import { createResilienceKeeper } from "./resilience-keeper.ts";

const T0 = 1_800_000_000_000;

function report(counts: EdgeCounts, given: Partial<ResilienceReport> = {}): ResilienceReport {
  const edges = [{ ...unreadEdge("quotes"), counts }];
  return { service: "web", instance: "web-1", startMs: T0 - 1_000, edges, shed: {}, ...given };
}

const counted = (keeper: ReturnType<typeof createResilienceKeeper>, event: string, nowMs: number) =>
  keeper.edges(nowMs).map(({ ring }) => ring.lastMinute(event, nowMs));

describe("counts", () => {
  it("are what each report has more than the one before, of all processes", () => {
    const keeper = createResilienceKeeper();
    keeper.report(report({ call: 5 }), T0);
    keeper.report(report({ call: 8, retry: 1 }), T0 + 2_000);
    keeper.report(report({ call: 100 }, { instance: "web-2" }), T0 + 2_000);
    expect(counted(keeper, "call", T0 + 3_000)).toEqual([108]);
    expect(counted(keeper, "retry", T0 + 3_000)).toEqual([1]);
  });

  it("of a process that is older than the control plane count from its first report on", () => {
    const keeper = createResilienceKeeper();
    keeper.report(report({ call: 5_000 }, { startMs: T0 - 3_600_000 }), T0);
    expect(counted(keeper, "call", T0)).toEqual([0]);
    keeper.report(report({ call: 5_003 }, { startMs: T0 - 3_600_000 }), T0 + 2_000);
    expect(counted(keeper, "call", T0 + 2_000)).toEqual([3]);
  });

  it("begin again with another process of the same name", () => {
    const keeper = createResilienceKeeper();
    keeper.report(report({ call: 50 }), T0);
    keeper.report(report({ call: 60 }, { startMs: T0 + 3_000 }), T0 + 4_000);
    expect(counted(keeper, "call", T0 + 5_000)).toEqual([110]);
  });

  it("go on after a silence", () => {
    const keeper = createResilienceKeeper();
    keeper.report(report({ call: 50 }), T0);
    keeper.report(report({ call: 52 }), T0 + 300_000);
    expect(counted(keeper, "call", T0 + 300_000)).toEqual([2]);
  });
});

describe("how a process stands", () => {
  it("counts for 30 s, and not at all once it has ended", () => {
    const keeper = createResilienceKeeper();
    const known = (nowMs: number) => keeper.edges(nowMs).map((edge) => edge.known.length);
    keeper.report(report({ call: 1 }), T0);
    expect(known(T0 + 30_000)).toEqual([1]);
    expect(known(T0 + 30_001)).toEqual([0]);
    keeper.report(report({ call: 2 }, { ended: true }), T0 + 31_000);
    expect(known(T0 + 31_000)).toEqual([0]);
  });

  it("does not count when it is known to be gone", () => {
    const keeper = createResilienceKeeper({}, () => (service, instance) => service === "web" && instance === "web-1");
    keeper.report(report({ call: 1 }), T0);
    keeper.report(report({ call: 1 }, { instance: "web-2" }), T0);
    expect(keeper.edges(T0)[0]?.known.map(({ instance }) => instance)).toEqual(["web-2"]);
    expect(counted(keeper, "call", T0)).toEqual([2]);
  });

  it("is forgotten with its history after ten minutes", () => {
    const keeper = createResilienceKeeper();
    keeper.report(report({ call: 1 }), T0);
    keeper.report(report({}, { service: "other", edges: [] }), T0 + 600_001);
    expect(keeper.edges(T0 + 600_001)).toEqual([]);
  });
});

describe("bounds", () => {
  const many = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => ({
      ...unreadEdge(`service-${from + index}`),
      counts: { call: 1 },
    }));

  it("hold for processes", () => {
    const keeper = createResilienceKeeper({ instancesMax: 2 });
    for (const instance of ["a", "b", "c", "a"]) keeper.report(report({ call: 1 }, { instance }), T0);
    expect(keeper.edges(T0)[0]?.known.map(({ instance }) => instance)).toEqual(["a", "b"]);
    expect(keeper.dropped()).toBe(1);
  });

  it("hold for states, and make room again", () => {
    const keeper = createResilienceKeeper({ statesMax: 3 });
    keeper.report(report({}, { edges: many(0, 2) }), T0);
    keeper.report(report({}, { instance: "web-2", edges: many(0, 2) }), T0);
    expect(keeper.edges(T0).map(({ known }) => known.length)).toEqual([2, 1]);
    expect(keeper.dropped()).toBe(1);
    keeper.report(report({}, { edges: [] }), T0 + 1);
    keeper.report(report({}, { instance: "web-2", edges: many(0, 3) }), T0 + 2);
    expect(keeper.edges(T0 + 2).map(({ known }) => known.length)).toEqual([1, 1, 1]);
  });

  it("hold for pairs of caller and callee", () => {
    const keeper = createResilienceKeeper({ ringsMax: 2 });
    keeper.report(report({}, { edges: many(0, 3) }), T0);
    expect(keeper.edges(T0)).toHaveLength(2);
    expect(keeper.dropped()).toBe(1);
  });
});

it("keeps what services refused by criticality and reason", () => {
  const keeper = createResilienceKeeper();
  const admission = {
    limit: 8,
    limitMax: 64,
    inFlight: 8,
    waiting: 2,
    waitersMax: 16,
    queueDelayMs: 40,
    stressed: true,
  };
  keeper.report(report({}, { service: "quotes", edges: [], admission, shed: { "sheddable overload": 12 } }), T0);
  const [quotes] = keeper.services(T0);
  expect(quotes?.admissions).toEqual([admission]);
  expect(quotes?.ring.lastMinute("sheddable overload", T0)).toBe(12);
});
