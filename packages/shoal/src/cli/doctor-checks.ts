import { constants } from "node:fs";
import { access, mkdir, rm, statfs, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { FleetDefinition } from "../control/fleet/definition.ts";
import { messageOf } from "../core/errors.ts";
import { explanationOf } from "./explain.ts";
import type { CliPorts } from "./ports.ts";
import type { FoundFleet } from "./running-fleet.ts";
import { count } from "./terminal/format.ts";

/** What one check found. */
export interface Check {
  readonly name: string;
  readonly result: "ok" | "warn" | "fail";
  readonly message: string;
  /** What to do; "" when all is well. */
  readonly next: string;
}

const ok = (name: string, message: string): Check => ({ name, result: "ok", message, next: "" });
const warn = (name: string, message: string, next: string): Check => ({ name, result: "warn", message, next });
const fail = (name: string, message: string, next: string): Check => ({ name, result: "fail", message, next });

const NODE_MAJOR_MIN = 24;

/** @param version Such as "24.18.0". */
export function checkNode(version: string): Check {
  const major = Number(version.split(".")[0]);
  if (major >= NODE_MAJOR_MIN) return ok("node", `Node ${version}`);
  return fail("node", `Node ${version}, Shoal needs ${NODE_MAJOR_MIN} or later`, "Install it from https://nodejs.org.");
}

/** The fixed ports of the fleet, while it does not run. */
export async function checkPorts(definition: FleetDefinition): Promise<Check> {
  const fixed = Object.entries(definition.services).flatMap(([service, { options }]) => {
    const { port, instances = 1 } = options;
    return port === undefined ? [] : Array.from({ length: instances }, (_, index) => ({ service, port: port + index }));
  });
  const { controlPort } = definition.options;
  const wanted = controlPort === undefined ? fixed : [...fixed, { service: "the control plane", port: controlPort }];
  const taken: string[] = [];
  for (const { service, port } of wanted) if (!(await isFree(port))) taken.push(`${port} (${service})`);
  if (taken.length > 0)
    return fail("ports", `taken: ${taken.join(", ")}`, "Stop what listens there, or choose other ports.");
  if (controlPort === undefined && !(await isFree(4400))) {
    return warn(
      "ports",
      "4400 is taken, so the control plane will take another port",
      "See `shoal ps` or --control-port.",
    );
  }
  return ok(
    "ports",
    wanted.length === 0 ? "no fixed ports, 4400 is free" : `${count(wanted.length, "fixed port")} free`,
  );
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve: done } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once("error", () => done(false));
  server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => done(true)));
  return promise;
}

const MIB = 1024 * 1024;
/** Logs and the database of a fleet are bounded well below this. */
const FREE_MIB_MIN = 500;

/** `.shoal/`: can it be written, and is there room? */
export async function checkState(folder: string): Promise<Check> {
  const state = join(folder, ".shoal");
  const probe = join(state, `doctor-${process.pid}`);
  try {
    await mkdir(state, { recursive: true });
    await writeFile(probe, "");
    await rm(probe, { force: true });
  } catch (cause) {
    return fail(
      "state",
      `cannot write ${state}: ${messageOf(cause)}`,
      "Give the folder to the user that runs the fleet.",
    );
  }
  const { bavail, bsize } = await statfs(state);
  const freeMib = Math.floor((bavail * bsize) / MIB);
  if (freeMib >= FREE_MIB_MIN) return ok("state", `${state} is writable, ${freeMib} MiB free`);
  return warn(
    "state",
    `only ${freeMib} MiB free for ${state}`,
    "Free disk space: logs and history are dropped when it is full.",
  );
}

/** The program that runs `command()` services. */
export async function checkShell(definition: FleetDefinition): Promise<Check | undefined> {
  if (!Object.values(definition.services).some(({ kind }) => kind === "command")) return undefined;
  const isThere = await access("/bin/sh", constants.X_OK).then(
    () => true,
    () => false,
  );
  return isThere
    ? ok("shell", "/bin/sh runs command() services")
    : fail("shell", "there is no /bin/sh", "Install a shell.");
}

/** The fleet that runs here, if any: does its control plane answer, and is it of this version? */
export async function checkRunningFleet(
  ports: CliPorts,
  found: FoundFleet | undefined,
  version: string,
): Promise<Check> {
  if (!found) return ok("fleet", "not running");
  const { record, file, isRunning } = found;
  if (!isRunning) {
    return warn(
      "fleet",
      `${file} was left by process ${record.pid}, which is gone`,
      "`shoal up` or `shoal down` cleans it up.",
    );
  }
  try {
    const status = await (await ports.connectControl(record.control)).getFleet();
    if (status.version !== version) {
      const message = `runs Shoal ${status.version}, this is ${version}`;
      return warn("fleet", message, "Restart it: `shoal down`, then `shoal up`.");
    }
    if (status.warnings.length > 0) return warn("fleet", status.warnings.join("; "), "The fleet runs on meanwhile.");
    return ok("fleet", `${record.fleet} runs, control plane at ${record.control}`);
  } catch (error) {
    const { what, next } = explanationOf(error);
    return fail("fleet", `runs as process ${record.pid}, but ${what}`, next);
  }
}

/** The config could not be loaded: the reason as a check. */
export function failedConfig(error: unknown): Check {
  const { what, where, why, next } = explanationOf(error);
  return fail("config", [what, where, ...why].filter((part) => part !== undefined).join("; "), next);
}

export function loadedConfig(definition: FleetDefinition, configFile: string): Check {
  const services = count(Object.keys(definition.services).length, "service");
  return ok("config", `fleet ${definition.name}: ${services}, every file is there (${configFile})`);
}

/** Said because people of other tools look for it. */
export const NO_DOCKER: Check = ok("docker", "not needed");
