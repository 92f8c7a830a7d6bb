import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type FleetFile, fleetFileOf, readFleetFile } from "../control/fleet/fleet-file.ts";
import { isAlive } from "../control/fleet/process-table.ts";
import { shoalError } from "../core/errors.ts";
import { type CommandArgs, text, usage } from "./args.ts";
import type { ControlClient } from "./control-client.ts";
import type { CliPorts } from "./ports.ts";

/** A fleet that has left its record in a folder. */
export interface FoundFleet {
  readonly file: string;
  readonly record: FleetFile;
  /** False when its supervisor has gone: the record was left behind by a crash. */
  readonly isRunning: boolean;
}

/** The fleet of this folder (or of --config), or the nearest one above that has one; undefined when there is none. */
export function findFleet(ports: CliPorts, args: CommandArgs): FoundFleet | undefined {
  const config = text(args, "config");
  const folders = config === undefined ? foldersFrom(ports.cwd) : [configFolder(resolve(ports.cwd, config))];
  for (const folder of folders) {
    const file = fleetFileOf(join(folder, "shoal.config.ts"));
    const record = readFleetFile(file);
    if (record) return { file, record, isRunning: isAlive(record.pid, record.processStart) };
  }
  return undefined;
}

/** The fleet that runs here. Throws FLEET_NOT_RUNNING. */
function requireFleet(ports: CliPorts, args: CommandArgs): FoundFleet {
  return checkRunning(ports, findFleet(ports, args));
}

/** Throws FLEET_NOT_RUNNING unless a fleet was found whose supervisor lives. */
export function checkRunning(ports: CliPorts, found: FoundFleet | undefined): FoundFleet {
  if (found?.isRunning) return found;
  if (!found) throw shoalError("FLEET_NOT_RUNNING", { message: "no fleet runs here", details: { where: ports.cwd } });
  const { fleet, pid } = found.record;
  throw shoalError("FLEET_NOT_RUNNING", {
    message: `fleet ${fleet} is not running: its supervisor, process ${pid}, ended without cleaning up`,
    details: { file: found.file },
  });
}

/** The control plane that a command talks to: that of --control, of SHOAL_CONTROL, or of the fleet that runs here. */
export interface ControlTarget {
  readonly address: string;
  readonly control: ControlClient;
  /** The fleet's realm. */
  readonly realm: () => Promise<string>;
  /** True when it was found by its record, so that its end can be noticed. */
  readonly isLocal: boolean;
}

/** Throws FLEET_NOT_RUNNING, or USAGE for a bad address. */
export async function requireControl(ports: CliPorts, args: CommandArgs): Promise<ControlTarget> {
  const option = text(args, "control");
  const given = option ?? (ports.env["SHOAL_CONTROL"] || undefined);
  if (given !== undefined) {
    const address = controlAddress(given, option === undefined ? "SHOAL_CONTROL" : "--control");
    const control = await ports.connectControl(address);
    return { address, control, realm: async () => (await control.getFleet()).realm, isLocal: false };
  }
  const { control: address, realm } = requireFleet(ports, args).record;
  return { address, control: await ports.connectControl(address), realm: async () => realm, isLocal: true };
}

function controlAddress(given: string, source: string): string {
  if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return new URL(given).origin;
  throw usage(`${source} must be an http URL, got "${given}"`, "Give it as http://127.0.0.1:4400.");
}

function configFolder(path: string): string {
  return existsSync(path) && statSync(path).isDirectory() ? path : dirname(path);
}

/** The folder and those above it. */
function foldersFrom(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersFrom(above)];
}
