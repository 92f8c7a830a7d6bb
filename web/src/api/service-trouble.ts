import { formatCount } from "../format/number.ts";
import type { InstanceState, InstanceStatus, ServiceStatus } from "./types.ts";

/** From the worst to the best: a service is in the state of its worst instance. */
const STATES: readonly InstanceState[] = [
  "failed",
  "crash-loop",
  "unhealthy",
  "backoff",
  "starting",
  "draining",
  "stopped",
  "ready",
];
const BROKEN: ReadonlySet<InstanceState> = new Set(["failed", "crash-loop", "unhealthy", "backoff"]);

/** The state of the worst instance; "stopped" without any. */
export function worstState(instances: readonly InstanceStatus[]): InstanceState {
  return STATES.find((state) => instances.some((one) => one.state === state)) ?? "stopped";
}

export function isBroken(state: InstanceState): boolean {
  return BROKEN.has(state);
}

/** True when somebody should look at it: requests fail, error lines come, or an instance is broken. */
export function isTroubled({ problems }: ServiceStatus, instances: readonly InstanceStatus[] = []): boolean {
  return problems > 0 || instances.some(({ state }) => isBroken(state));
}

/** Where to look for why a service is in trouble. */
export interface TroubleCause {
  /** "12 problems", "crash-loop". */
  readonly label: string;
  /** For people: what the link shows. */
  readonly title: string;
  readonly to: "/traces" | "/logs";
  readonly search: { service: string; range: string; status?: string; level?: string };
}

/** The page that shows why a service is in trouble; undefined when it is not. */
export function causeOf(status: ServiceStatus, instances: readonly InstanceStatus[]): TroubleCause | undefined {
  const { service, problems, errorRatio, requestsPerSecond } = status;
  const broken = instances.find(({ state }) => isBroken(state));
  if (problems === 0 && broken === undefined) return undefined;
  const label = problems === 0 ? "look" : problems === 1 ? "1 problem" : `${formatCount(problems)} problems`;
  if (problems > 0 && errorRatio > 0 && requestsPerSecond > 0) {
    const search = { service, status: "error", range: "5m" };
    return { label, title: `Failed traces of ${service} in the last 5 minutes`, to: "/traces", search };
  }
  if (problems > 0) {
    const search = { service, level: "error", range: "5m" };
    return { label, title: `Error lines of ${service} in the last 5 minutes`, to: "/logs", search };
  }
  const search = { service, range: "15m" };
  return { label, title: `The last lines of ${service}: ${broken?.reason ?? broken?.state}`, to: "/logs", search };
}
