import { dirname } from "node:path";
import { loadConfig } from "../../control/fleet/load-config.ts";
import { type CommandArgs, flag, text } from "../args.ts";
import type { Command } from "../command.ts";
import {
  type Check,
  checkNode,
  checkPorts,
  checkRunningFleet,
  checkShell,
  checkState,
  failedConfig,
  loadedConfig,
  NO_DOCKER,
} from "../doctor-checks.ts";
import { EXIT } from "../exit-codes.ts";
import { readPackageInfo } from "../package-info.ts";
import type { CliPorts } from "../ports.ts";
import { findFleet } from "../running-fleet.ts";
import { pad, printable } from "../terminal/display-width.ts";
import { painter } from "../terminal/style.ts";

/** `shoal doctor`: each check is a line; exit 1 when one fails. */
export const doctor: Command = async (ports, args) => {
  const checks = [checkNode(process.versions.node), ...(await configChecks(ports, args)), NO_DOCKER];
  ports.stdout.write(flag(args, "json") ? `${JSON.stringify(checks, undefined, 2)}\n` : textOf(ports, checks));
  return checks.some(({ result }) => result === "fail") ? EXIT.failed.code : EXIT.ok.code;
};

async function configChecks(ports: CliPorts, args: CommandArgs): Promise<readonly Check[]> {
  const found = findFleet(ports, args);
  const fleet = await checkRunningFleet(ports, found, readPackageInfo().version);
  try {
    const { definition, configFile } = await loadConfig(ports.cwd, text(args, "config"));
    const folder = dirname(configFile);
    const shell = await checkShell(definition);
    return [
      loadedConfig(definition, configFile),
      // A running fleet holds its own ports.
      ...(found?.isRunning ? [] : [await checkPorts(definition)]),
      await checkState(folder),
      ...(shell ? [shell] : []),
      fleet,
    ];
  } catch (error) {
    return [failedConfig(error), fleet];
  }
}

const COLOURS = { ok: "green", warn: "yellow", fail: "red" } as const;

function textOf(ports: CliPorts, checks: readonly Check[]): string {
  const paint = painter(ports.colours);
  const nameWidth = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, result, message, next }) => [
    `${paint(COLOURS[result], pad(result, 4))}  ${pad(name, nameWidth)}  ${message.split("\n").map(printable).join("\n")}`,
    ...(next === "" ? [] : [`${" ".repeat(6 + nameWidth + 2)}${paint("dim", `next: ${next}`)}`]),
  ]);
  return `${lines.join("\n")}\n`;
}
