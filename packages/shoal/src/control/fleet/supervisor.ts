import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { shoalError } from "../../core/errors.ts";
import { nearestName } from "../../core/names.ts";
import type { Ports } from "../../core/service.ts";
import { systemPorts } from "../../transport/system-ports.ts";
import type { InstanceStatus } from "../api/contract.ts";
import { createChangeHub } from "./change-hub.ts";
import type { FleetDefinition } from "./definition.ts";
import { type FleetRun, startFleet, statusesOf } from "./fleet-run.ts";
import type { FleetService } from "./fleet-service.ts";
import { type Colocation, type Grouping, planGroups } from "./grouping.ts";
import { nodeFile } from "./launch.ts";
import type { FleetLine } from "./line-buffer.ts";
import type { SupervisorCommands } from "./supervisor-api.ts";

export interface SupervisorOptions {
  /** Checked already: see loadConfig. */
  readonly definition: FleetDefinition;
  /** Absolute. Its folder is where the fleet's paths start, and where `.shoal/` is. */
  readonly configFile: string;
  /** Default: the machine's own time. */
  readonly ports?: Ports;
  /** Restart the services whose files change. Default true. */
  readonly watch?: boolean;
  /** Which services share a process. Default: those that the config groups. */
  readonly colocation?: Colocation;
  /** The environment that processes start from. Default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What `shoal up` holds in its hands: it starts the processes of one fleet on one machine and keeps them running. */
export interface Supervisor extends SupervisorCommands {
  /**
   * Claims the folder, starts the control plane and every service in parallel, and resolves as soon as all of
   * that is under way; readiness is seen through `settled`, `instances` and `onChange`.
   * Throws FLEET_RUNNING (another `shoal up` of this folder), PORT_TAKEN (a fixed controlPort).
   */
  readonly start: () => Promise<void>;
  /** Resolves when every instance is ready, or has failed (at a start, or in a crash loop) and says why. */
  readonly settled: () => Promise<void>;
  /** Stops everything in parallel and resolves when no process, port or file of it is left. Idempotent; never rejects. */
  readonly stop: () => Promise<void>;
  /** In the order of the config; the position of an instance never changes, its id does with each start. */
  readonly instances: () => readonly InstanceStatus[];
  /** Called after changes of any instance, at most every 50 ms. Returns its own removal. */
  readonly onChange: (listener: () => void) => () => void;
  /** What the processes print, in batches at most every 100 ms, bounded: what comes faster is dropped and counted. */
  readonly onLines: (listener: (lines: readonly FleetLine[]) => void) => () => void;
  /** Such as "http://127.0.0.1:4400"; "" before `start` has resolved. */
  readonly controlUrl: () => string;
  /** Which services share a process, and why others do not. */
  readonly grouping: Grouping;
}

/** Nothing runs before `start`. Throws CONFIG_INVALID for a group that cannot be. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { definition, configFile, ports = systemPorts, watch = true, env = process.env } = options;
  const sourceOf = (file: string) => readText(nodeFile(dirname(configFile), file));
  const grouping = planGroups(definition, options.colocation ?? "config", sourceOf);
  const hub = createChangeHub(ports.clock);
  const lineListeners = new Set<(lines: readonly FleetLine[]) => void>();
  let fleet: FleetRun | undefined;
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  const serviceOf = (service: string): FleetService => {
    const found = fleet?.services.get(service);
    if (found !== undefined) return found;
    const nearest = nearestName(service, Object.keys(definition.services));
    throw shoalError("SERVICE_UNKNOWN", {
      message: `fleet ${definition.name} has no service ${service}`,
      hint: nearest === undefined ? undefined : `Did you mean ${nearest}?`,
      status: 404,
    });
  };
  /** The ids before the command: those it is about. A fleet that stops takes no more commands. */
  const command = (act: (service: FleetService) => void) => (name: string) => {
    const service = serviceOf(name);
    const ids = service.instances().map(({ instance }) => instance);
    if (stopping === undefined) act(service);
    return ids;
  };
  const commands: SupervisorCommands = {
    restart: command((service) => service.restart("request")),
    stopService: command((service) => service.stop()),
    startService: command((service) => service.start()),
  };
  const begin = async () => {
    const onLines = (lines: readonly FleetLine[]) => {
      for (const listener of lineListeners) listener(lines);
    };
    fleet = await startFleet({ definition, grouping, configFile, ports, watch, env, hub, commands, onLines });
  };
  const end = async () => {
    await starting?.catch(() => {});
    await fleet?.stop();
  };

  return {
    ...commands,
    start() {
      starting ??= begin();
      return starting;
    },
    settled: async () => fleet?.settled(),
    stop() {
      stopping ??= end();
      return stopping;
    },
    instances: () => (fleet === undefined ? [] : statusesOf(fleet.services)),
    onChange: hub.onChange,
    onLines(listener) {
      lineListeners.add(listener);
      return () => lineListeners.delete(listener);
    },
    controlUrl: () => fleet?.controlUrl ?? "",
    grouping,
  };
}

/** "" for a file that cannot be read: its start will say so. */
function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
