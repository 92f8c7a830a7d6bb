import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { InstanceStatus } from "../../packages/shoal/src/control/api/contract.ts";
import { type FleetOptions, fleet, type ServiceDefinition } from "../../packages/shoal/src/control/fleet/definition.ts";
import type { FleetLine } from "../../packages/shoal/src/control/fleet/line-buffer.ts";
import { holderOf } from "../../packages/shoal/src/control/fleet/port-holder.ts";
import { createSupervisor, type Supervisor } from "../../packages/shoal/src/control/fleet/supervisor.ts";
import { until } from "../support/until.ts";

const PROGRAMS = join(import.meta.dirname, "..", "fixtures", "programs");

export type Services = Readonly<Record<string, ServiceDefinition>>;

/** A folder of its own with a copy of the test programs and a config; removed by dispose. */
export function fleetFolder(services: Services, options: FleetOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), "shoal-fleet-"));
  cpSync(PROGRAMS, folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const definition = fleet("test", services, { controlPort: 0, ...options });
  const configFile = join(folder, "shoal.config.mjs");
  writeFileSync(configFile, `export default ${JSON.stringify(definition)};`);
  return {
    folder,
    definition,
    configFile,
    fleetFile: join(folder, ".shoal", "fleet.json"),
    path: (name: string) => join(folder, name),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

export interface TestFleet {
  readonly at: ReturnType<typeof fleetFolder>;
  readonly supervisor: Supervisor;
  /** Everything handed out so far; bounded by what the test prints. */
  readonly lines: readonly FleetLine[];
  /** The instance of a service that has one. */
  readonly one: (service: string) => InstanceStatus;
  /** Waits until an instance of the service is in the state, and returns it. */
  readonly state: (service: string, state: InstanceStatus["state"]) => Promise<InstanceStatus>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** Starts a fleet in this process. Its disposal stops it and fails when one of its processes is left. */
export async function startFleet(
  services: Services,
  options: FleetOptions & { watch?: boolean } = {},
): Promise<TestFleet> {
  const { watch = false, ...fleetOptions } = options;
  const at = fleetFolder(services, fleetOptions);
  const supervisor = createSupervisor({ definition: at.definition, configFile: at.configFile, watch });
  const lines: FleetLine[] = [];
  const pids = new Set<number>();
  supervisor.onLines((batch) => lines.push(...batch.slice(0, 10_000)));
  supervisor.onChange(() => {
    for (const { pid } of supervisor.instances()) if (pid !== null) pids.add(pid);
  });
  await supervisor.start();
  const one = (service: string) => {
    const found = supervisor.instances().find((instance) => instance.service === service);
    if (!found) throw new Error(`no instance of ${service}`);
    return found;
  };
  return {
    at,
    supervisor,
    lines,
    one,
    state: (service, state) =>
      until(`${service} is ${state}`, () =>
        supervisor.instances().find((each) => each.service === service && each.state === state),
      ),
    async [Symbol.asyncDispose]() {
      await supervisor.stop();
      const left = [...pids].filter(isRunning);
      at[Symbol.dispose]();
      if (left.length > 0) throw new Error(`processes left: ${left.join(", ")}`);
    },
  };
}

/** A supervisor in a process of its own. */
export interface OwnProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The next JSON line that has the key. */
  readonly next: (key: string) => Promise<Record<string, unknown>>;
  /** Kills it, if it still runs: its watchdog ends the fleet. */
  readonly [Symbol.dispose]: () => void;
}

export function runFleet(configFile: string): OwnProcess {
  const script = join(import.meta.dirname, "run-fleet.ts");
  const child = spawn(process.execPath, ["-C", "shoal-source", script, configFile], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => said.push(JSON.parse(line)));
  return {
    child,
    pid: child.pid ?? 0,
    next: (key) => until(`the supervisor says ${key}`, () => said.find((each) => key in each)),
    [Symbol.dispose]: () => void child.kill("SIGKILL"),
  };
}

/** True for a process that exists and is no zombie waiting for its parent. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** A server that holds a port until it is disposed. */
export async function holdPort() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { port, [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())) };
}

/** JSON of the fleet's control plane. */
export async function askControl<Answer>(supervisor: Supervisor, path: string, init?: RequestInit): Promise<Answer> {
  const reply = await fetch(`${supervisor.controlUrl()}${path}`, init);
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${await reply.text()}`);
  return (await reply.json()) as Answer;
}

/** The control plane's process: who listens on its port, as /proc has it. */
export async function controlProcess(url: string): Promise<{ readonly pid: number }> {
  const holder = await holderOf(Number(new URL(url).port));
  if (!holder) throw new Error("nobody listens");
  return holder;
}
