import type { Colocation } from "../../control/fleet/grouping.ts";
import { loadConfig } from "../../control/fleet/load-config.ts";
import { createSupervisor } from "../../control/fleet/supervisor.ts";
import { type CommandArgs, flag, integer, text, usage } from "../args.ts";
import type { Command } from "../command.ts";
import type { CliPorts } from "../ports.ts";
import { detachedChild, upDetached } from "../up/detach.ts";
import type { FleetView } from "../up/fleet-view.ts";
import { jsonView } from "../up/json-view.ts";
import { liveView } from "../up/live-view.ts";
import { plainView } from "../up/plain-view.ts";
import { runFleet } from "../up/run-fleet.ts";

/** `shoal up`: the supervisor, in this very process or in one left behind. */
export const up: Command = async (ports, args) => {
  const controlPort = integer(args, "controlPort", 0, 65_535);
  // Also before a detached start: a broken config is best said by the process that was asked.
  const { definition, configFile } = await loadConfig(ports.cwd, text(args, "config"));
  if (flag(args, "detach")) return upDetached(ports, args, configFile);
  const options = controlPort === undefined ? definition.options : { ...definition.options, controlPort };
  const supervisor = createSupervisor({
    definition: { ...definition, options },
    configFile,
    watch: flag(args, "watch"),
    colocation: colocationOf(args),
    env: ports.env,
  });
  const fleet = { name: definition.name, realm: options.realm ?? "local" };
  if (!flag(args, "detachedChild")) return runFleet(ports, supervisor, viewFor(ports, args, fleet));
  const child = detachedChild(ports, { ...fleet, configFile });
  try {
    return await runFleet(ports, supervisor, child.view);
  } catch (error) {
    child.failed(error);
    throw error;
  }
};

/** Throws USAGE_INVALID for both flags at once. */
function colocationOf(args: CommandArgs): Colocation {
  const [together, apart] = [flag(args, "together"), flag(args, "apart")];
  if (together && apart) throw usage("--together and --apart are opposites: give one of them");
  return together ? "together" : apart ? "apart" : "config";
}

function viewFor(
  ports: CliPorts,
  args: CommandArgs,
  fleet: { readonly name: string; readonly realm: string },
): FleetView {
  if (flag(args, "json")) return jsonView(fleet.name, (event) => ports.stdout.write(`${JSON.stringify(event)}\n`));
  if (ports.isTerminal && !flag(args, "plain")) return liveView(ports, fleet);
  return plainView((line) => ports.stdout.write(`${line}\n`));
}
