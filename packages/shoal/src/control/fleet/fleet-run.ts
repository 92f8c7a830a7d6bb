import { dirname, join } from "node:path";
import type { Ports } from "../../core/service.ts";
import type { InstanceStatus } from "../api/contract.ts";
import { newRunId } from "../history/run-id.ts";
import type { ChangeHub } from "./change-hub.ts";
import { claimAddresses } from "./claim-addresses.ts";
import { warmCompileCache } from "./compile-cache.ts";
import { checkControlHost } from "./control-host.ts";
import { type ControlTies, tieToControl } from "./control-ties.ts";
import type { FleetDefinition } from "./definition.ts";
import { type FleetClaim, keepFleetClaim } from "./fleet-claim.ts";
import { fleetFileOf, ownProcess } from "./fleet-file.ts";
import { CONTROL_SERVICE, createControlRunner, createRunners } from "./fleet-runners.ts";
import type { FleetService } from "./fleet-service.ts";
import type { Grouping } from "./grouping.ts";
import type { RunnerEvents } from "./instance-runner.ts";
import type { FleetLine } from "./line-buffer.ts";
import { createPortPool } from "./ports.ts";
import { isSettled } from "./rolling-restart.ts";
import { type ServiceFiles, watchServiceFiles } from "./service-files.ts";
import { createFleetMark, endStrays, type FleetMark } from "./strays.ts";
import { type SupervisorApi, type SupervisorCommands, serveSupervisor } from "./supervisor-api.ts";
import { createWatchdog, type Watchdog } from "./watchdog.ts";

export interface FleetRunParts {
  readonly definition: FleetDefinition;
  readonly grouping: Grouping;
  readonly configFile: string;
  readonly ports: Ports;
  readonly watch: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hub: ChangeHub;
  readonly onLines: (lines: readonly FleetLine[]) => void;
  /** For commands that arrive from the control plane. */
  readonly commands: SupervisorCommands;
}

/** A fleet whose processes are under way. */
export interface FleetRun {
  readonly controlUrl: string;
  readonly services: ReadonlyMap<string, FleetService>;
  readonly settled: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Claims addresses and folder, then starts everything. Throws FLEET_RUNNING, PORT_TAKEN or OPTION_INVALID (a control
 * plane that would not start), leaving nothing behind.
 */
export async function startFleet(parts: FleetRunParts): Promise<FleetRun> {
  const { definition, ports } = parts;
  checkControlHost(parts.env);
  const names = Object.keys(definition.services);
  const { controlPort, api } = await claimAddresses(definition.options.controlPort, (port) =>
    serveSupervisor(ports, port, names, parts.commands),
  );
  try {
    return await run(parts, controlPort, api);
  } catch (error) {
    await api.close();
    throw error;
  }
}

async function run(parts: FleetRunParts, controlPort: number, api: SupervisorApi): Promise<FleetRun> {
  const { configFile, ports } = parts;
  const mark = createFleetMark();
  // Before the claim: from its first moment somebody is there to remove the file, however this process ends.
  const watchdog = createWatchdog(fleetFileOf(configFile), mark, ports.clock);
  try {
    const claim = claimFolder(parts, controlUrlOf(controlPort));
    return await runClaimed(parts, { controlPort, api, mark, watchdog, claim });
  } catch (error) {
    await watchdog.close();
    throw error;
  }
}

interface Claimed {
  readonly controlPort: number;
  readonly api: SupervisorApi;
  readonly mark: FleetMark;
  readonly watchdog: Watchdog;
  readonly claim: FleetClaim;
}

function controlUrlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

async function runClaimed(parts: FleetRunParts, claimed: Claimed): Promise<FleetRun> {
  const { definition, configFile, ports, hub } = parts;
  const { controlPort, api, mark, watchdog, claim } = claimed;
  const controlUrl = controlUrlOf(controlPort);
  const ties = tieToControl({
    ports,
    controlUrl,
    realm: definition.options.realm ?? "local",
    token: parts.env["SHOAL_CONTROL_TOKEN"] || undefined,
    id: `${definition.name}-${process.pid}`,
    report: () => ({
      fleet: definition.name,
      address: api.address,
      instances: statusesOf(services),
      warnings: claim.warnings(),
    }),
    onLines: parts.onLines,
  });
  const say = (text: string) => ties.line({ ...SHOAL, text, timeMs: ports.clock.wallMs() });
  const runnerParts = {
    ports,
    portPool: createPortPool(ports.random),
    setting: {
      definition,
      folder: dirname(configFile),
      stateFolder: stateFolderOf(configFile),
      controlUrl,
      env: parts.env,
      execArgv: process.execArgv,
      watch: parts.watch,
      mark,
      run: newRunId(ports.clock.wallMs(), ports.random),
    },
    eventsOf: (service: string): RunnerEvents => eventsOf(service, { hub, ties, watchdog, files: () => files }),
  };
  const control = createControlRunner(runnerParts, controlPort);
  const { services, processes } = createRunners(runnerParts, definition, parts.grouping, hub.changed);
  const files: ServiceFiles | undefined = parts.watch ? watchFiles(parts, services, say) : undefined;
  control.start();
  for (const warning of claim.warnings()) say(warning);
  await warmCompileCache(runnerParts.setting, processes.length, ports.clock);
  for (const process of processes) process.start();

  return {
    controlUrl,
    services,
    async settled() {
      while (![control, ...processes].every(isSettled)) await hub.changed();
      // So that who asks the control plane next, with another command, hears the same.
      await ties.told();
    },
    async stop() {
      files?.close();
      for (const service of services.values()) service.cancel();
      for (const process of processes) process.stop(true);
      await Promise.all(processes.map((process) => process.gone()));
      // The control plane goes last: leaving instances and last lines are still told to it.
      await ties.close();
      control.stop(true);
      await Promise.all([control.gone(), api.close()]);
      await endStrays(mark, ports.clock);
      await watchdog.close();
      claim.release();
    },
  };
}

/** The supervisor speaking about itself. */
const SHOAL = { service: "shoal", instance: "shoal", stream: "shoal" } as const;

interface EventTargets {
  readonly hub: ChangeHub;
  readonly ties: ControlTies;
  readonly watchdog: Watchdog;
  readonly files: () => ServiceFiles | undefined;
}

function eventsOf(service: string, { hub, ties, watchdog, files }: EventTargets): RunnerEvents {
  const isControl = service === CONTROL_SERVICE;
  return {
    onChange() {
      hub.touch();
      ties.touch();
    },
    onLine: ties.line,
    onGroup: (group, isAlive) => (isAlive ? watchdog.add(group) : watchdog.remove(group)),
    // The control plane's own readiness is when it can be told all that it missed.
    onJoin: (instance) => (isControl ? ties.resume() : ties.join(instance)),
    onLeave: (instance) => isControl || ties.leave(instance),
    onEnd: (instance) => isControl || ties.ended(instance),
    onFiles: (loaded) => files()?.add(service, loaded),
  };
}

function watchFiles(
  { ports, configFile, definition }: FleetRunParts,
  services: ReadonlyMap<string, FleetService>,
  say: (text: string) => void,
): ServiceFiles {
  return watchServiceFiles(ports.clock, configFile, definition, {
    onChange(changed) {
      for (const service of changed) services.get(service)?.restart("change");
    },
    onConfigChange: () => say("the config has changed: run `shoal up` again to apply it"),
  });
}

export function statusesOf(services: ReadonlyMap<string, FleetService>): InstanceStatus[] {
  return [...services.values()].flatMap(({ instances }) => instances());
}

function stateFolderOf(configFile: string): string {
  return join(dirname(configFile), ".shoal");
}

/** Throws FLEET_RUNNING. */
function claimFolder({ definition, configFile, ports }: FleetRunParts, control: string): FleetClaim {
  const realm = definition.options.realm ?? "local";
  const startedMs = ports.clock.wallMs();
  const content = { fleet: definition.name, realm, ...ownProcess(), startedMs, control, configFile };
  return keepFleetClaim(fleetFileOf(configFile), content, ports.clock);
}
