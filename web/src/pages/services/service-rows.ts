import { isBroken, isTroubled, worstState } from "../../api/service-trouble.ts";
import type { InstanceState, InstanceStatus, ServiceStatus } from "../../api/types.ts";

/** A line of the table: a service, or one of its instances below it. */
export type Row =
  | { readonly kind: "service"; readonly key: string; readonly service: ServiceLine; readonly isOpen: boolean }
  | { readonly kind: "instance"; readonly key: string; readonly instance: InstanceStatus };

/** A service with what its instances add up to. */
export interface ServiceLine {
  readonly status: ServiceStatus;
  readonly instances: readonly InstanceStatus[];
  readonly state: InstanceState;
  readonly troubled: boolean;
  readonly restarts: number;
  /** Unix ms since which its oldest ready instance is; undefined when none is. */
  readonly upSinceMs: number | undefined;
}

export const STATE_FILTERS = ["trouble", "ready", "changing", "stopped"] as const;
export type StateFilter = (typeof STATE_FILTERS)[number];

const lines = new WeakMap<ServiceStatus, ServiceLine>();

/** The same line as long as neither the service nor its instances change. */
export function serviceLine(status: ServiceStatus, instances: readonly InstanceStatus[]): ServiceLine {
  const known = lines.get(status);
  if (known?.instances === instances) return known;
  const line = addedUp(status, instances);
  lines.set(status, line);
  return line;
}

function addedUp(status: ServiceStatus, instances: readonly InstanceStatus[]): ServiceLine {
  const ready = instances.filter(({ state }) => state === "ready");
  return {
    status,
    instances,
    state: worstState(instances),
    troubled: isTroubled(status, instances),
    restarts: instances.reduce((sum, one) => sum + one.restarts, 0),
    upSinceMs: ready.length === 0 ? undefined : Math.min(...ready.map(({ sinceMs }) => sinceMs)),
  };
}

/** Whether a service is one of those that a filter shows. */
export function isInState({ state, troubled }: ServiceLine, filter: StateFilter): boolean {
  switch (filter) {
    case "trouble":
      return troubled;
    case "ready":
      return state === "ready";
    case "changing":
      return state === "starting" || state === "draining" || isBroken(state);
    case "stopped":
      return state === "stopped";
    default:
      return filter satisfies never;
  }
}

/** Services whose name, or an instance of which by id, release, zone or group, holds all words. */
export function matchesText({ status, instances }: ServiceLine, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const service = status.service.toLowerCase();
  if (words.every((word) => service.includes(word))) return true;
  return instances.some(({ instance, release, zone, realm, address, pid, group }) => {
    const all =
      `${service} ${instance} ${release} ${zone} ${realm} ${address ?? ""} ${pid ?? ""} ${group ?? ""}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** The lines of services, each followed by its instances when it is open. */
export function rowsOf(lines: readonly ServiceLine[], open: ReadonlySet<string>): readonly Row[] {
  return lines.flatMap((line): Row[] => {
    const { service } = line.status;
    const isOpen = open.has(service);
    const head: Row = { kind: "service", key: service, service: line, isOpen };
    if (!isOpen) return [head];
    const below = line.instances.map(
      (instance): Row => ({ kind: "instance", key: `i ${instance.instance}`, instance }),
    );
    return [head, ...below];
  });
}
