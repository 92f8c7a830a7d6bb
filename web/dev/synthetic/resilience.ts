import { SERVICE_DEFAULTS } from "../../../packages/shoal/src/client/policy.ts";
import { edgeProblems, serviceProblems } from "../../../packages/shoal/src/control/api/resilience-problems.ts";
import type { Resilience, ResilienceEdge, ResilienceHistory, ResilienceService } from "../../src/api/types.ts";
import type { SyntheticFleet, SyntheticService } from "./fleet.ts";
import { redOf } from "./rates.ts";

const HISTORY_MS = 600_000;
const POINT_MS = 10_000;
/** A service that fails more often than this has ejected instances, sheds, and is retried until the budget is spent. */
const FAILING = 0.1;
const BUDGET_MAX = 10;
const LIMIT_MAX = 256;

/** How a made-up fleet's calls are protected: services that fail are ejected, shed and retried. */
export function resilienceOf(fleet: SyntheticFleet, service: string | null, timeMs: number): Resilience {
  const all = fleet.services.flatMap((caller) =>
    caller.calls.flatMap(({ callee, share }) => {
      const called = fleet.find(callee);
      return called ? [edgeOf(caller, called, share, timeMs)] : [];
    }),
  );
  const edges = all.filter((edge) => service === null || edge.caller === service || edge.callee === service);
  const names = new Set([service, ...edges.flatMap(({ caller, callee }) => [caller, callee])]);
  const services = fleet.services
    .filter(({ name }) => service === null || names.has(name))
    .map((one) => serviceOf(one, timeMs));
  const weight = ({ problems }: ResilienceEdge) => problems.filter(({ level }) => level === "bad").length;
  return {
    edges: edges.toSorted((left, right) => weight(right) - weight(left) || right.callsPerSecond - left.callsPerSecond),
    services,
    policyDefaults: { ...SERVICE_DEFAULTS },
  };
}

/** The last ten minutes of one edge. */
export function resilienceHistoryOf(
  fleet: SyntheticFleet,
  { caller, callee }: { readonly caller: string; readonly callee: string },
  timeMs: number,
): ResilienceHistory {
  const fromMs = Math.ceil((timeMs - HISTORY_MS) / POINT_MS) * POINT_MS;
  const [from, to] = [fleet.find(caller), fleet.find(callee)];
  const share = from?.calls.find((call) => call.callee === callee)?.share;
  const perSecond: Record<string, number[]> = {};
  if (!from || !to || share === undefined) return { fromMs, stepMs: POINT_MS, perSecond };
  for (let atMs = fromMs; atMs + POINT_MS <= timeMs; atMs += POINT_MS) {
    const events = { ...ratesOf(from, to, share, atMs), ...(isFailing(to) ? { shed: shedPerSecond(to, atMs) } : {}) };
    for (const [event, rate] of Object.entries(events)) {
      perSecond[event] = [...(perSecond[event] ?? []), rate];
    }
  }
  return { fromMs, stepMs: POINT_MS, perSecond };
}

function isFailing({ errorRatio }: SyntheticService): boolean {
  return errorRatio >= FAILING;
}

function shedPerSecond(service: SyntheticService, timeMs: number): number {
  return redOf(service, timeMs).requestsPerSecond * service.errorRatio;
}

function ratesOf(caller: SyntheticService, callee: SyntheticService, share: number, timeMs: number) {
  const call = redOf(caller, timeMs).requestsPerSecond * share;
  const failures = call * callee.errorRatio;
  const retry = Math.min(failures, call * 0.2);
  if (retry === 0) return { call, attempt: call };
  const denied = failures - retry;
  return { call, attempt: call + retry, retry, ...(denied > 0 ? { retry_denied: denied } : {}) };
}

function edgeOf(caller: SyntheticService, callee: SyntheticService, share: number, timeMs: number): ResilienceEdge {
  const perSecond = ratesOf(caller, callee, share, timeMs);
  const over = (seconds: number) =>
    Object.fromEntries(Object.entries(perSecond).map(([event, rate]) => [event, Math.round(rate * seconds)]));
  const [first] = callee.instances;
  const reporters = caller.instances.length;
  const left = reporters * BUDGET_MAX * (isFailing(callee) ? 0.04 : 1);
  const made = {
    caller: caller.name,
    callee: callee.name,
    heardMs: timeMs,
    reporters,
    callsPerSecond: perSecond.call,
    attemptsPerCall: perSecond.call === 0 ? null : perSecond.attempt / perSecond.call,
    perSecond,
    lastMinute: over(60),
    tenMinutes: over(600),
    retryBudget: { left, max: reporters * BUDGET_MAX, leftMin: left / reporters },
    instances: callee.instances.length,
    subset: callee.instances.length,
    ejected:
      first && isFailing(callee)
        ? [
            {
              instance: first.instance,
              reasons: ["failure_ratio"],
              seenBy: reporters,
              sinceMs: timeMs - 21_000,
              probeAtMs: timeMs + 4_000,
            },
          ]
        : [],
    panicking: 0,
    zoneLocalShare: 1,
    throttledShare: 0,
    inFlight: Math.round(perSecond.call * 0.02),
    waiting: 0,
    policy: {},
  };
  return { ...made, problems: edgeProblems(made) };
}

function serviceOf(service: SyntheticService, timeMs: number): ResilienceService {
  const perSecond = shedPerSecond(service, timeMs);
  const reporters = service.instances.length;
  const stressed = isFailing(service) ? 1 : 0;
  const made = {
    service: service.name,
    heardMs: timeMs,
    reporters,
    limit: reporters * LIMIT_MAX * (stressed === 1 ? 0.2 : 1),
    limitMax: reporters * LIMIT_MAX,
    inFlight: Math.round(redOf(service, timeMs).requestsPerSecond * 0.02),
    waiting: stressed * 7,
    waitersMax: reporters * 128,
    queueDelayMs: stressed === 1 ? 38 : 0.4,
    stressed,
    shed:
      stressed === 1
        ? [
            {
              criticality: "sheddable" as const,
              reason: "overload",
              perSecond,
              lastMinute: Math.round(perSecond * 60),
              tenMinutes: Math.round(perSecond * 600),
            },
          ]
        : [],
  };
  return { ...made, problems: serviceProblems(made) };
}
