import type { ControlClient } from "./control-client.ts";
import { faultWords } from "./fault/fault-words.ts";
import type { CliPorts } from "./ports.ts";
import { printable } from "./terminal/display-width.ts";
import { painter } from "./terminal/style.ts";

/**
 * Says on stderr what the fleet cannot do at present, such as write to its disk: the command did what was asked for,
 * and machines that read stdout are not disturbed. Never rejects: what it cannot learn it does not say.
 */
export async function writeWarnings(ports: CliPorts, control: ControlClient): Promise<void> {
  const paint = painter(ports.colours);
  const fleet = await control.getFleet().catch(() => undefined);
  const faults = fleet?.faults?.map((fault) => `injected on purpose: ${faultWords(fault)} (\`shoal fault ls\`)`) ?? [];
  for (const warning of [...(fleet?.warnings ?? []), ...faults]) {
    ports.stderr.write(`${paint("yellow", "warning:")} ${printable(warning)}\n`);
  }
}
