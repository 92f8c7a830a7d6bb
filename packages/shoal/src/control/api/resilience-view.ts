import { CALL_DEFAULTS, SERVICE_DEFAULTS } from "../../client/policy.ts";
import { CRITICALITIES } from "../../core/criticality.ts";
import type { AdmissionState } from "../../telemetry/resilience.ts";
import { STEP_MS } from "../telemetry/event-ring.ts";
import type { KeptService, ResilienceKeeper } from "../telemetry/resilience-keeper.ts";
import { resilienceEdge } from "./resilience-edge.ts";
import { serviceProblems } from "./resilience-problems.ts";
import type { Resilience, ResilienceEdge, ResilienceHistory, ResilienceService } from "./schemas/resilience.ts";

/** What a chart shows at once, in ms. */
const HISTORY_MS = 600_000;
/** Points of a chart are this far apart, in ms: a multiple of the ring's steps. */
const POINT_MS = 10_000;

/** How calls are protected, between all services or from and to one. */
export function resilienceOf(keeper: ResilienceKeeper, service: string | undefined, nowMs: number): Resilience {
  const edges = keeper
    .edges(nowMs)
    .filter(({ caller, callee }) => service === undefined || caller === service || callee === service)
    .map((edge) => resilienceEdge(edge, nowMs));
  const names = new Set(edges.flatMap(({ caller, callee }) => [caller, callee]));
  const services = keeper
    .services(nowMs)
    .filter((one) => service === undefined || one.service === service || names.has(one.service))
    .map((one) => resilienceService(one, nowMs));
  return { edges: edges.sort(byConcern), services, policyDefaults: policyDefaults() };
}

/** Of this what is not as usual: for marks that are asked for every few seconds, of hundreds of services. */
export function notableOf({ edges, services }: Resilience): Resilience {
  const isNotable = ({ problems, perSecond }: ResilienceEdge) =>
    problems.length > 0 || (perSecond.retry ?? 0) + (perSecond.requeue ?? 0) > 0;
  return {
    edges: edges.filter(isNotable),
    services: services.filter(({ problems }) => problems.length > 0),
    policyDefaults: {},
  };
}

/** What happened in the last ten minutes between two services, in steps of ten seconds. */
export function resilienceHistory(
  keeper: ResilienceKeeper,
  { caller, callee }: { readonly caller: string; readonly callee: string },
  nowMs: number,
): ResilienceHistory {
  const fromMs = Math.ceil((nowMs - HISTORY_MS) / POINT_MS) * POINT_MS;
  const perSecond: Record<string, number[]> = {};
  const edge = keeper.edges(nowMs).find((one) => one.caller === caller && one.callee === callee);
  for (const event of edge?.ring.events(nowMs) ?? []) {
    perSecond[event] = pointsOf(edge?.ring.series(event, fromMs, nowMs) ?? []);
  }
  const served = keeper.services(nowMs).find(({ service }) => service === callee);
  const shed = served?.ring.events(nowMs).map((event) => pointsOf(served.ring.series(event, fromMs, nowMs))) ?? [];
  if (shed.length > 0) {
    perSecond["shed"] = shed.reduce((left, right) => left.map((value, index) => value + (right[index] ?? 0)));
  }
  return { fromMs, stepMs: POINT_MS, perSecond };
}

function pointsOf(counts: readonly number[]): number[] {
  const size = POINT_MS / STEP_MS;
  return Array.from({ length: Math.floor(counts.length / size) }, (_, index) => {
    const total = counts.slice(index * size, (index + 1) * size).reduce((sum, count) => sum + count, 0);
    return total / (POINT_MS / 1_000);
  });
}

function resilienceService({ service, ring, heardMs, admissions }: KeptService, nowMs: number): ResilienceService {
  const add = (value: (state: AdmissionState) => number) =>
    admissions.reduce((total, state) => total + value(state), 0);
  const shed = ring.events(nowMs).flatMap((event) => {
    const [name, reason = ""] = event.split(" ", 2);
    const criticality = CRITICALITIES.find((known) => known === name);
    if (criticality === undefined) return [];
    const perSecond = ring.perSecond(event, nowMs);
    const counted = { lastMinute: ring.lastMinute(event, nowMs), tenMinutes: ring.total(event, nowMs) };
    return [{ criticality, reason, perSecond, ...counted }];
  });
  const made = {
    service,
    heardMs,
    reporters: admissions.length,
    limit: add(({ limit }) => limit),
    limitMax: add(({ limitMax }) => limitMax),
    inFlight: add(({ inFlight }) => inFlight),
    waiting: add(({ waiting }) => waiting),
    waitersMax: add(({ waitersMax }) => waitersMax),
    queueDelayMs: admissions.reduce((worst, state) => Math.max(worst, state.queueDelayMs), 0),
    stressed: add(({ stressed }) => (stressed ? 1 : 0)),
    shed,
  };
  return { ...made, problems: serviceProblems(made) };
}

/** The worst first; of equals who has more calls. */
function byConcern(left: ResilienceEdge, right: ResilienceEdge): number {
  return concern(right) - concern(left) || right.callsPerSecond - left.callsPerSecond;
}

function concern({ problems }: ResilienceEdge): number {
  return problems.reduce((sum, { level }) => sum + (level === "bad" ? 100 : 1), 0);
}

function policyDefaults(): Resilience["policyDefaults"] {
  const all = Object.entries({ ...CALL_DEFAULTS, ...SERVICE_DEFAULTS });
  return Object.fromEntries(all.map(([name, value]) => [name, value ?? "inherited"]));
}
