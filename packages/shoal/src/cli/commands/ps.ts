import type { InstanceStatus } from "../../control/api/contract.ts";
import { shoalError } from "../../core/errors.ts";
import { nearestName } from "../../core/names.ts";
import { flag } from "../args.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { instanceTable } from "../instance-table.ts";
import type { CliPorts } from "../ports.ts";
import { requireControl } from "../running-fleet.ts";
import { painter } from "../terminal/style.ts";
import { writeWarnings } from "../write-warnings.ts";

/** `shoal ps`: one line, or one JSON object, for each instance. */
export const ps: Command = async (ports, args) => {
  const { control } = await requireControl(ports, args);
  const [service] = args.positional;
  const all = await control.listInstances({ query: {} });
  if (service !== undefined && !all.some((instance) => instance.service === service)) {
    throw unknownService(
      service,
      all.map((instance) => instance.service),
    );
  }
  const instances = service === undefined ? all : all.filter((instance) => instance.service === service);
  ports.stdout.write(flag(args, "json") ? `${JSON.stringify(instances, undefined, 2)}\n` : tableOf(ports, instances));
  await writeWarnings(ports, control);
  return EXIT.ok.code;
};

function tableOf(ports: CliPorts, instances: readonly InstanceStatus[]): string {
  const width = ports.isTerminal ? ports.columns() : Number.POSITIVE_INFINITY;
  return `${instanceTable(instances, ports.clock.wallMs(), width, painter(ports.colours)).join("\n")}\n`;
}

/** The error for a service that the fleet does not have, with the nearest name it has. */
export function unknownService(service: string, known: readonly string[]) {
  const names = [...new Set(known)].sort();
  const near = nearestName(service, names);
  return shoalError("SERVICE_UNKNOWN", {
    message: `the fleet has no service "${service}"`,
    hint: near === undefined ? `It has: ${names.join(", ") || "none"}.` : `Did you mean ${near}?`,
    details: { service },
  });
}
