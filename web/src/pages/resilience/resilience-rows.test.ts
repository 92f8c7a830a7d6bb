import { describe, expect, it } from "vitest";
import type { ResilienceEdge, ResilienceProblem, ResilienceService } from "../../api/types.ts";
import { isTroubled, resilienceRows, wasDisturbed } from "./resilience-rows.ts";

const edge = (caller: string, callee: string, given: Partial<ResilienceEdge> = {}): ResilienceEdge => ({
  caller,
  callee,
  heardMs: 0,
  reporters: 1,
  callsPerSecond: 1,
  attemptsPerCall: 1,
  perSecond: {},
  lastMinute: {},
  tenMinutes: {},
  retryBudget: null,
  instances: 1,
  subset: 1,
  ejected: [],
  panicking: 0,
  zoneLocalShare: 1,
  throttledShare: 0,
  inFlight: 0,
  waiting: 0,
  policy: {},
  problems: [],
  ...given,
});
const service = (name: string, given: Partial<ResilienceService> = {}): ResilienceService => ({
  service: name,
  heardMs: 0,
  reporters: 1,
  limit: 8,
  limitMax: 8,
  inFlight: 0,
  waiting: 0,
  waitersMax: 8,
  queueDelayMs: 0,
  stressed: 0,
  shed: [],
  problems: [],
  ...given,
});
const bad: ResilienceProblem = { kind: "budget_spent", level: "bad", text: "retry budget spent" };
const warn: ResilienceProblem = { kind: "shedding", level: "warn", text: "shedding sheddable" };
const names = (given: Parameters<typeof resilienceRows>[0]) =>
  resilienceRows(given).map(({ caller, callee }) => `${caller}>${callee}`);

describe("resilienceRows", () => {
  it("puts the worst first, then who calls most", () => {
    const edges = [edge("a", "b"), edge("b", "c", { callsPerSecond: 9 }), edge("c", "d", { problems: [bad] })];
    expect(names({ edges, services: [service("b", { problems: [warn] })] })).toEqual(["c>d", "a>b", "b>c"]);
  });

  it("says on each way to a service what that service does, and of whom it is", () => {
    const edges = [edge("a", "b", { problems: [warn] })];
    const [row] = resilienceRows({ edges, services: [service("b", { problems: [{ ...bad, kind: "shedding" }] })] });
    expect(row?.problems.map(({ text }) => text)).toEqual(["b: retry budget spent", "shedding sheddable"]);
    expect(row && isTroubled(row)).toBe(true);
  });

  it("takes what the service refuses to others for no failure of a way whose own calls are well", () => {
    const services = [service("b", { problems: [{ ...bad, kind: "shedding" }] })];
    const [row] = resilienceRows({ edges: [edge("a", "b")], services });
    expect(row?.problems).toEqual([{ kind: "shedding", level: "warn", text: "b: retry budget spent" }]);
  });

  it("has a row for a service that others than ours call, if it has anything to say", () => {
    const services = [service("b", { problems: [warn] }), service("quiet")];
    expect(names({ edges: [], services })).toEqual([">b"]);
  });
});

describe("wasDisturbed", () => {
  const disturbed = (given: Partial<ResilienceEdge>) =>
    resilienceRows({ edges: [edge("a", "b", given)], services: [] }).some(wasDisturbed);

  it("is false for calls that went as they should", () => {
    expect(disturbed({ tenMinutes: { call: 10, attempt: 10, coalesced: 2 } })).toBe(false);
    expect(disturbed({ tenMinutes: { call: 10, retry: 1 } })).toBe(true);
  });
});
