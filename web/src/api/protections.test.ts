import { expect, it } from "vitest";
import { edgeKey, protectionsOf } from "./protections.ts";
import type { ResilienceEdge, ResilienceProblem, ResilienceService } from "./types.ts";

const edge = (given: Partial<ResilienceEdge>): ResilienceEdge => ({
  caller: "web",
  callee: "quotes",
  heardMs: 0,
  reporters: 1,
  callsPerSecond: 10,
  attemptsPerCall: 1,
  perSecond: {},
  lastMinute: {},
  tenMinutes: {},
  retryBudget: null,
  instances: 3,
  subset: 3,
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
const service = (problems: ResilienceProblem[]): ResilienceService => ({
  service: "quotes",
  heardMs: 0,
  reporters: 1,
  limit: 256,
  limitMax: 256,
  inFlight: 0,
  waiting: 0,
  waitersMax: 128,
  queueDelayMs: 0,
  stressed: 0,
  shed: [],
  problems,
});
const EJECTED = { kind: "ejected", level: "warn", text: "1 of 3 instances ejected: consecutive failures" } as const;
const THROTTLED = { kind: "throttled", level: "bad", text: "40% of the calls held back" } as const;
const SHEDDING = { kind: "shedding", level: "warn", text: "shedding sheddable requests: 12/s refused" } as const;
const KEY = edgeKey("web", "quotes");

it("marks nothing while calls are made as they should be", () => {
  const { services, edges } = protectionsOf({ edges: [edge({ perSecond: { call: 10 } })], services: [service([])] });
  expect([services.size, edges.size]).toEqual([0, 0]);
});

it.each([
  ["retried", edge({ perSecond: { retry: 0.4 } })],
  ["retried", edge({ perSecond: { requeue: 2 } })],
  ["ejected", edge({ perSecond: { retry: 0.4 }, problems: [EJECTED] })],
  ["held back", edge({ problems: [THROTTLED, EJECTED] })],
])("says %s of a way between two services, by what weighs most", (word, given) => {
  const { services, edges } = protectionsOf({ edges: [given], services: [] });
  expect([edges.get(KEY)?.word, services.get("quotes")?.word]).toEqual([word, word]);
});

it("says of a service what it and all its callers do, in the word of the heaviest and the colour of the worst", () => {
  const { services, edges } = protectionsOf({
    edges: [edge({ problems: [THROTTLED] }), edge({ caller: "app", problems: [EJECTED] })],
    services: [service([SHEDDING])],
  });
  expect(services.get("quotes")).toEqual({
    word: "sheds",
    level: "bad",
    title: [
      "quotes: shedding sheddable requests: 12/s refused",
      "web to quotes: 40% of the calls held back",
      "app to quotes: 1 of 3 instances ejected: consecutive failures",
    ].join("\n"),
  });
  expect(edges.get(edgeKey("app", "quotes"))).toMatchObject({ word: "ejected", level: "warn" });
});
