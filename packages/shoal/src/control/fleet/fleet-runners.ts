import type { Ports } from "../../core/service.ts";
import type { FleetDefinition, ServiceDefinition } from "./definition.ts";
import { MACHINE_DEFAULTS, type MachineOptions, resolveMachineOptions } from "./instance-options.ts";
import { createInstanceRunner, type InstanceRunner, type RunnerEvents } from "./instance-runner.ts";
import { controlSpecOf, type LaunchSetting, processSpecOf } from "./launch.ts";
import type { PortPool } from "./ports.ts";

/** What all runners of a fleet are made of. */
export interface RunnersParts {
  readonly ports: Ports;
  readonly portPool: PortPool;
  readonly setting: LaunchSetting;
  readonly eventsOf: (service: string) => RunnerEvents;
}

/** In the order of the config. */
export function createRunners(
  parts: RunnersParts,
  { services, options }: FleetDefinition,
): ReadonlyMap<string, readonly InstanceRunner[]> {
  const { setting } = parts;
  const place = {
    realm: options.realm ?? "local",
    zone: options.zone ?? "local",
    release: setting.env["SHOAL_RELEASE"] || "dev",
  };
  const runnersOf = (service: string, definition: ServiceDefinition) =>
    Array.from({ length: definition.options.instances ?? 1 }, (_, index) =>
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
  return new Map(
    Object.entries(services).map(([service, definition]) => [service, runnersOf(service, definition)] as const),
  );
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
