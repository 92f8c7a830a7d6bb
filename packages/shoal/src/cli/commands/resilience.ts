import type { Resilience } from "../../control/api/schemas/resilience.ts";
import { flag } from "../args.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import type { CliPorts } from "../ports.ts";
import { edgeTable, ejectedTable, serviceTable } from "../resilience/resilience-table.ts";
import { requireControl } from "../running-fleet.ts";
import { painter } from "../terminal/style.ts";
import { terminalJson } from "../terminal/terminal-json.ts";
import { writeWarnings } from "../write-warnings.ts";
import { unknownService } from "./ps.ts";

/** `shoal resilience`: what is retried, ejected, held back and shed at present, and why. */
export const resilience: Command = async (ports, args) => {
  const { control } = await requireControl(ports, args);
  const [service] = args.positional;
  const told = await control.getResilience({ query: service === undefined ? {} : { service } });
  if (service !== undefined && told.edges.length + told.services.length === 0) {
    const known = (await control.listInstances({ query: {} })).map((instance) => instance.service);
    if (!known.includes(service)) throw unknownService(service, known);
  }
  if (flag(args, "json")) ports.stdout.write(`${terminalJson(told, 2)}\n`);
  else writeTables(ports, told);
  await writeWarnings(ports, control);
  return EXIT.ok.code;
};

function writeTables(ports: CliPorts, { edges, services }: Resilience): void {
  if (edges.length + services.length === 0) {
    ports.stderr.write("nothing was called in the last ten minutes: there is nothing to protect\n");
    return;
  }
  const width = ports.isTerminal ? ports.columns() : Number.POSITIVE_INFINITY;
  const paint = painter(ports.colours);
  const tables = [
    edges.length === 0 ? [] : edgeTable(edges, width, paint),
    ejectedTable(edges, ports.clock.wallMs(), width, paint),
    services.length === 0 ? [] : serviceTable(services, width, paint),
  ];
  const shown = tables.filter((lines) => lines.length > 0).map((lines) => `${lines.join("\n")}\n`);
  ports.stdout.write(shown.join("\n"));
}
