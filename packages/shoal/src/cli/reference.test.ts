import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fakeCliPorts } from "../testing/fake-cli-ports.ts";
import { COMMANDS } from "./catalogue.ts";
import { EXIT } from "./exit-codes.ts";
import { runCli } from "./program.ts";

const page = join(import.meta.dirname, "../../../../docs/cli.md");

/** Everything from the first heading of this name on is made from the commands themselves. */
const MADE_FROM_CODE = "## Exit codes";

async function helpOf(name: string): Promise<string> {
  const ports = fakeCliPorts({ columns: 100 });
  await runCli(ports, [name, "--help"]);
  return ports.out().trimEnd();
}

it("docs/cli.md says what the commands say themselves (npx vitest run -u writes it anew)", async () => {
  const written = readFileSync(page, "utf8").split(MADE_FROM_CODE)[0] ?? "";
  const codes = Object.values(EXIT).map(({ code, means }) => `| ${code} | ${means} |`);
  const commands = await Promise.all(
    COMMANDS.map(
      async ({ name, summary }) => `## shoal ${name}\n\n${summary}.\n\n\`\`\`text\n${await helpOf(name)}\n\`\`\``,
    ),
  );
  const made = [[MADE_FROM_CODE, "", "| code | means |", "| --- | --- |", ...codes].join("\n"), ...commands].join(
    "\n\n",
  );
  await expect(`${written}${made}\n`).toMatchFileSnapshot(page);
});
