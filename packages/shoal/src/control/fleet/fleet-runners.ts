import type { Ports } from "../../core/service.ts";
import type { FleetDefinition, ServiceDefinition } from "./definition.ts";
import { type FleetService, serviceApart, servicesOfGroup } from "./fleet-service.ts";
import { createGroupRunner } from "./group-runner.ts";
import type { Grouping, GroupPlan } from "./grouping.ts";
import { MACHINE_DEFAULTS, type MachineOptions, resolveMachineOptions } from "./instance-options.ts";
import { createInstanceRunner, type InstanceRunner, type RunnerEvents } from "./instance-runner.ts";
import { controlSpecOf, groupSpecOf, type LaunchSetting, nodeFile, processSpecOf } from "./launch.ts";
import type { PortPool } from "./ports.ts";

/** What all runners of a fleet are made of. */
export interface RunnersParts {
  readonly ports: Ports;
  readonly portPool: PortPool;
  readonly setting: LaunchSetting;
  readonly eventsOf: (service: string) => RunnerEvents;
}

/** What runs for a fleet. */
export interface FleetRunners {
  /** In the order of the config. */
  readonly services: ReadonlyMap<string, FleetService>;
  /** One for each process. */
  readonly processes: readonly InstanceRunner[];
}

/** @param changed Resolves at the next change of any instance. */
export function createRunners(
  parts: RunnersParts,
  { services, options }: FleetDefinition,
  grouping: Grouping,
  changed: () => Promise<void>,
): FleetRunners {
  const { setting } = parts;
  const place = {
    realm: options.realm ?? "local",
    zone: options.zone ?? "local",
    release: setting.env["SHOAL_RELEASE"] || "dev",
  };
  const processes: InstanceRunner[] = [];
  const grouped = new Map<string, FleetService>();
  for (const group of grouping.groups) {
    const stopped = new Set<string>();
    const runners = Array.from({ length: group.instances }, (_, index) =>
      createGroupRunner({
        ports: parts.ports,
        portPool: parts.portPool,
        group,
        slot: index + 1,
        place,
        machine: groupMachineOptions(group),
        isStopped: (service) => stopped.has(service),
        specOf: (instance, members) => groupSpecOf(setting, { group, instance, members }),
        fileOf: ({ file }) => nodeFile(setting.folder, file),
        eventsOf: parts.eventsOf,
      }),
    );
    processes.push(...runners);
    const ofGroup = servicesOfGroup([...group.members.keys()], runners, stopped, changed);
    for (const [service, one] of ofGroup) grouped.set(service, one);
  }
  const apart = (service: string, definition: ServiceDefinition): FleetService => {
    const runners = Array.from({ length: definition.options.instances ?? 1 }, (_, index) =>
      createInstanceRunner({
        ports: parts.ports,
        portPool: parts.portPool,
        service,
        slot: index + 1,
        definition,
        place,
        machine: machineOptionsOf(definition),
        specOf: (instance, port) => processSpecOf(setting, { service, definition, instance, port }),
        events: parts.eventsOf(service),
      }),
    );
    processes.push(...runners);
    return serviceApart(runners, grouping.apart.get(service), changed);
  };
  const all = Object.entries(services).map(
    ([service, definition]) => [service, grouped.get(service) ?? apart(service, definition)] as const,
  );
  return { services: new Map(all), processes };
}

/** As patient as its most patient service. */
function groupMachineOptions({ members }: GroupPlan): MachineOptions {
  const options = [...members.values()].map((member) => member.options);
  const readyMs = Math.max(...options.map((each) => each.readyMs ?? MACHINE_DEFAULTS.readyMs));
  const stopMs = Math.max(...options.map((each) => each.stopMs ?? MACHINE_DEFAULTS.stopMs));
  const unreadyReason = `some of its services did not become ready within ${readyMs} ms`;
  return resolveMachineOptions({ readyMs, stopMs, unreadyReason });
}

/** Programs that know nothing of draining leave the registry this long before they are told to stop, in ms: as `serve()` does. */
const LEAVE_MS = 250;

function machineOptionsOf(definition: ServiceDefinition): MachineOptions {
  const { readyMs = MACHINE_DEFAULTS.readyMs, stopMs = MACHINE_DEFAULTS.stopMs, listens = true } = definition.options;
  const isThirdParty = definition.kind === "command" && listens;
  return resolveMachineOptions({
    readyMs,
    stopMs,
    leaveMs: isThirdParty ? LEAVE_MS : 0,
    unreadyReason: `did not become ready within ${readyMs} ms${unreadyHint(definition)}`,
  });
}

function unreadyHint(definition: ServiceDefinition): string {
  if (definition.options.listens === false) return "";
  if (definition.kind === "node") return ": it listens to nothing (if it is not meant to, set listens: false)";
  const { health } = definition.options;
  return health === undefined
    ? ": nothing accepts connections on $PORT"
    : `: GET ${health} on $PORT is not answered 2xx`;
}

/** How the control plane shows up in lines and tables. */
export const CONTROL_SERVICE = "shoal-control";

/**
 * The control plane, run like any service: with health checks and restarts, always on the same port. Services go on
 * without it, but people do not, so it is tried more often than a service in a crash loop.
 */
export function createControlRunner(parts: RunnersParts, controlPort: number): InstanceRunner {
  // Open to the network it answers only who has its token; that it accepts connections must do there.
  const health = parts.setting.env["SHOAL_CONTROL_TOKEN"] ? {} : { health: "/health/live" };
  return createInstanceRunner({
    ports: parts.ports,
    portPool: parts.portPool,
    service: CONTROL_SERVICE,
    slot: 1,
    definition: { kind: "command", command: "", options: { port: controlPort, ...health } },
    place: { realm: "local", zone: "local", release: "dev" },
    machine: resolveMachineOptions({ readyMs: 15_000, stopMs: 3_000, backoffMsMax: 1_000, crashLoopMs: 5_000 }),
    specOf: (instance) => controlSpecOf(parts.setting, instance, controlPort),
    events: parts.eventsOf(CONTROL_SERVICE),
  });
}
