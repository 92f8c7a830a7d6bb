import { describe, expect, it } from "vitest";
import type { Resilience, ResilienceEdge, ResilienceService } from "../../control/api/schemas/resilience.ts";
import { fakeCliPorts } from "../../testing/fake-cli-ports.ts";
import { fleetStatus } from "../../testing/fleet-status.ts";
import { runCli } from "../program.ts";

const env = { SHOAL_CONTROL: "http://127.0.0.1:4400" };
const START_MS = Date.UTC(2026, 0, 1);

const CALM: ResilienceEdge = {
  caller: "web",
  callee: "rates",
  heardMs: START_MS,
  reporters: 2,
  callsPerSecond: 12,
  attemptsPerCall: 1,
  perSecond: { call: 12, attempt: 12 },
  lastMinute: { call: 700, attempt: 700 },
  tenMinutes: { call: 7_000, attempt: 7_000 },
  retryBudget: { left: 18.4, max: 20, leftMin: 8 },
  instances: 2,
  subset: 2,
  ejected: [],
  panicking: 0,
  zoneLocalShare: 1,
  throttledShare: 0,
  inFlight: 1,
  waiting: 0,
  policy: {},
  problems: [],
};
const ILL: ResilienceEdge = {
  ...CALM,
  callee: "quotes",
  attemptsPerCall: 1.25,
  perSecond: { call: 12, attempt: 15, retry: 3 },
  instances: 5,
  ejected: [
    {
      instance: "quotes-3",
      reasons: ["consecutive_failures"],
      seenBy: 2,
      sinceMs: START_MS - 12_000,
      probeAtMs: START_MS + 3_000,
    },
  ],
  problems: [{ kind: "ejected", level: "warn", text: "1 of 5 instances ejected: consecutive failures" }],
};
const QUOTES: ResilienceService = {
  service: "quotes",
  heardMs: START_MS,
  reporters: 4,
  limit: 32,
  limitMax: 256,
  inFlight: 30,
  waiting: 4,
  waitersMax: 128,
  queueDelayMs: 21,
  stressed: 1,
  shed: [{ criticality: "sheddable", reason: "overload", perSecond: 2.5, lastMinute: 90, tenMinutes: 95 }],
  problems: [{ kind: "shedding", level: "warn", text: "shedding sheddable requests: 2.5/s refused" }],
};
const TOLD: Resilience = { edges: [ILL, CALM], services: [QUOTES], policyDefaults: { attemptMs: 3_000 } };
const NOTHING: Resilience = { edges: [], services: [], policyDefaults: {} };

async function resilience(words: readonly string[], told: Resilience, options = {}) {
  const asked: unknown[] = [];
  const control = {
    async getResilience(input: unknown) {
      asked.push(input);
      return told;
    },
    listInstances: async () => [],
    getFleet: async () => fleetStatus({ fleet: "tuition" }),
  };
  const ports = fakeCliPorts({ env, control, columns: 100, ...options });
  const code = await runCli(ports, ["resilience", ...words]);
  return { code, out: ports.out(), err: ports.err(), asked };
}

describe("shoal resilience", () => {
  it("shows who calls whom, what is ejected and who sheds", async () => {
    const { code, out, asked } = await resilience([], TOLD);
    expect(code).toBe(0);
    expect(asked).toEqual([{ query: {} }]);
    expect(out.split("\n")).toEqual([
      "FROM  TO      CALLS/S  TRIES  RETRIES/S  HEDGES/S  BUDGET  EJECTED  WHAT",
      "web   quotes     12.0   1.25        3.0         -   18/20      1/5  1 of 5 instances ejected: consecutive failures",
      "web   rates      12.0   1.00          -         -   18/20        -",
      "",
      "EJECTED   BY             FOR  NEXT TRY  WHY",
      "quotes-3  web (2 of 2)  12 s    in 3 s  consecutive failures",
      "",
      "SERVICE  LIMIT  IN FLIGHT  WAITING  DELAY  SHED/S  WHAT",
      "quotes      32         30        4  21 ms     2.5  shedding sheddable requests: 2.5/s refused",
      "",
    ]);
  });

  it("fits a terminal, and keeps what is wrong", async () => {
    const { out } = await resilience([], TOLD, { isTerminal: true, columns: 60 });
    for (const line of out.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
    expect(out).toContain("1 of 5 instances ejected");
  });

  it("prints it as it is for machines, of one service when asked", async () => {
    const { out, asked } = await resilience(["quotes", "--json"], TOLD);
    expect(JSON.parse(out)).toEqual(TOLD);
    expect(asked).toEqual([{ query: { service: "quotes" } }]);
  });

  it("says when there is nothing to show, and names an unknown service", async () => {
    const nothing = await resilience([], NOTHING);
    expect([nothing.code, nothing.out]).toEqual([0, ""]);
    expect(nothing.err).toContain("nothing was called in the last ten minutes");
    const unknown = await resilience(["quotess"], NOTHING);
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('the fleet has no service "quotess"');
  });
});
