import type { EdgeRates } from "../telemetry/rate-flows.ts";
import { NO_RATES, type Rates } from "../telemetry/rate-window.ts";
import type { ServiceStatus } from "./schemas/fleet.ts";
import type { FleetMap, MapEdge, MapNode } from "./schemas/fleet-map.ts";

/** Nodes and edges of one answer; what has the least traffic is left out beyond. */
export const EDGES_MAX = 5_000;

/** Who calls whom: services, the hosts outside that they call, and "" for callers that did not say who they are. */
export function fleetMap(services: readonly ServiceStatus[], edges: readonly EdgeRates[]): FleetMap {
  const shown = edges.length <= EDGES_MAX ? edges : busiest(edges);
  const nodes = new Map<string, MapNode>(services.map((status) => [status.service, serviceNode(status)]));
  const add = (name: string, kind: MapNode["kind"], rates: Rates) => {
    if (!nodes.has(name)) nodes.set(name, { name, kind, instances: 0, ready: 0, problems: 0, ...pickRates(rates) });
  };
  for (const { caller, callee, external, ...rates } of shown) {
    add(caller, caller === "" ? "unknown-caller" : "service", NO_RATES);
    // Several services may call one host: its node has no rates of its own, its edges have.
    add(callee, external ? "external" : "service", external ? NO_RATES : rates);
  }
  return { nodes: [...nodes.values()], edges: shown.map(mapEdge) };
}

export function mapEdge({ caller, callee, ...rates }: EdgeRates): MapEdge {
  return { caller, callee, ...pickRates(rates) };
}

function serviceNode({ service, ...status }: ServiceStatus): MapNode {
  return { name: service, kind: "service", ...status };
}

function pickRates({ requestsPerSecond, errorRatio, p50Ms, p99Ms }: Rates): Rates {
  return { requestsPerSecond, errorRatio, p50Ms, p99Ms };
}

function busiest(edges: readonly EdgeRates[]): readonly EdgeRates[] {
  return edges.toSorted((left, right) => right.requestsPerSecond - left.requestsPerSecond).slice(0, EDGES_MAX);
}
