import type { FleetMap, InstanceStatus, MapEdge, ServiceDetail, ServiceStatus } from "../../src/api/types.ts";
import type { SyntheticFleet, SyntheticService } from "./fleet.ts";

/** A slow wave and a quick one of its own for each service, so that charts look like traffic. */
export function waveOf(service: SyntheticService, timeMs: number): number {
  const phase = service.name.length + service.latencyMs;
  return 1 + 0.3 * Math.sin(timeMs / 60_000 + phase) + 0.12 * Math.sin(timeMs / 1_700 + phase * 7);
}

export function redOf(service: SyntheticService, timeMs: number) {
  const isUp = service.instances.some(({ state }) => state === "ready");
  const wave = waveOf(service, timeMs);
  const requestsPerSecond = isUp ? Math.round(service.rate * wave * 10) / 10 : 0;
  if (requestsPerSecond === 0) return { requestsPerSecond: 0, errorRatio: 0, p50Ms: null, p99Ms: null };
  const p50Ms = service.latencyMs * (0.8 + wave * 0.2);
  return { requestsPerSecond, errorRatio: service.errorRatio * wave, p50Ms, p99Ms: p50Ms * (4 + 2 * wave) };
}

/** The last minute, a point each two seconds. */
export function trendsOf({ services }: SyntheticFleet, timeMs: number) {
  const ages = Array.from({ length: 30 }, (_, index) => (29 - index) * 2_000);
  return {
    stepMs: 2_000,
    services: services.map((one) => ({
      service: one.name,
      requestsPerSecond: ages.map((ageMs) => redOf(one, timeMs - ageMs).requestsPerSecond),
    })),
  };
}

export function serviceStatus(service: SyntheticService, timeMs: number): ServiceStatus {
  const red = redOf(service, timeMs);
  const broken = service.instances.filter(({ state }) => isBroken(state)).length;
  return {
    service: service.name,
    instances: service.instances.length,
    ready: service.instances.filter(({ state }) => state === "ready").length,
    problems: Math.round(red.requestsPerSecond * red.errorRatio * 60) + broken,
    ...red,
  };
}

function isBroken(state: InstanceStatus["state"]): boolean {
  return state === "crash-loop" || state === "unhealthy" || state === "backoff" || state === "failed";
}

function edgesOf(service: SyntheticService, timeMs: number): MapEdge[] {
  const red = redOf(service, timeMs);
  return service.calls.map(({ callee, share }) => ({
    caller: service.name,
    callee,
    ...red,
    requestsPerSecond: Math.round(red.requestsPerSecond * share * 10) / 10,
  }));
}

export function mapOf({ services }: SyntheticFleet, timeMs: number): FleetMap {
  const statuses = services.map((service) => serviceStatus(service, timeMs));
  const entries = services.filter(({ tier, rate }) => tier === 0 && rate > 0);
  const outside = new Set(
    services.flatMap(({ calls }) => calls.flatMap((call) => (call.external ? [call.callee] : []))),
  );
  const none = { instances: 0, ready: 0, problems: 0, requestsPerSecond: 0, errorRatio: 0, p50Ms: null, p99Ms: null };
  return {
    nodes: [
      ...statuses.map(({ service, ...rest }) => ({ name: service, kind: "service" as const, ...rest })),
      ...[...outside].map((name) => ({ name, kind: "external" as const, ...none })),
      { name: "", kind: "unknown-caller", ...none },
    ],
    edges: [
      ...services.flatMap((service) => edgesOf(service, timeMs)),
      ...entries.map((service) => ({ caller: "", callee: service.name, ...redOf(service, timeMs) })),
    ],
  };
}

export function detailOf(fleet: SyntheticFleet, service: SyntheticService, timeMs: number): ServiceDetail {
  const red = redOf(service, timeMs);
  const operations = service.operations.map((operation, index) => ({
    ...operation,
    ...red,
    requestsPerSecond: index === 4 ? 0 : red.requestsPerSecond / 2 ** (index + 1),
  }));
  const edges = fleet.services.flatMap((one) => edgesOf(one, timeMs));
  const fromOutside = service.tier === 0 ? [{ caller: "", callee: service.name, ...red }] : [];
  return {
    service: service.name,
    operations,
    callers: [...fromOutside, ...edges.filter(({ callee }) => callee === service.name)],
    callees: edgesOf(service, timeMs),
  };
}
