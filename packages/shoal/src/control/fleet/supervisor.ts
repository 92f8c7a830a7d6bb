import { shoalError } from "../../core/errors.ts";
import { nearestName } from "../../core/names.ts";
import type { Ports } from "../../core/service.ts";
import { systemPorts } from "../../transport/system-ports.ts";
import type { InstanceStatus } from "../api/contract.ts";
import { createChangeHub } from "./change-hub.ts";
import type { FleetDefinition } from "./definition.ts";
import { type FleetRun, type FleetService, startFleet, statusesOf } from "./fleet-run.ts";
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
}

/** Nothing runs before `start`. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { definition, configFile, ports = systemPorts, watch = true, env = process.env } = options;
  const hub = createChangeHub(ports.clock);
  const lineListeners = new Set<(lines: readonly FleetLine[]) => void>();
  let fleet: FleetRun | undefined;
  let starting: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;

  const serviceOf = (service: string): FleetService => {
    const found = fleet?.runners.get(service);
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
    const ids = service.instances.map((instance) => instance.status().instance);
    if (stopping === undefined) act(service);
    return ids;
  };
  const commands: SupervisorCommands = {
    restart: command(({ rolling }) => rolling.begin("request")),
    stopService: command(({ rolling, instances }) => {
      rolling.cancel();
      for (const instance of instances) instance.stop(false);
    }),
    startService: command(({ instances }) => {
      for (const instance of instances) instance.start();
    }),
  };
  const begin = async () => {
    const onLines = (lines: readonly FleetLine[]) => {
      for (const listener of lineListeners) listener(lines);
    };
    fleet = await startFleet({ definition, configFile, ports, watch, env, hub, commands, onLines });
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
    instances: () => (fleet === undefined ? [] : statusesOf(fleet.runners)),
    onChange: hub.onChange,
    onLines(listener) {
      lineListeners.add(listener);
      return () => lineListeners.delete(listener);
    },
    controlUrl: () => fleet?.controlUrl ?? "",
  };
}
