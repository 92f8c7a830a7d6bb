import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startUntil } from "./processes.ts";

const root = resolve(import.meta.dirname, "../..");

/** The command as a user of the built package has it. */
const SHOAL = join(root, "packages/shoal/bin/shoal.mjs");
export const TUITION = join(root, "examples/tuition");

const SERVICE = `import { contract, get, serve } from "shoal";
import { z } from "zod";

export const greeter = contract("NAME", {
  greet: get("/greetings/:name", {
    params: z.object({ name: z.string() }),
    returns: z.object({ greeting: z.string() }),
  }),
});

export default serve(greeter, { greet: ({ params }) => ({ greeting: \`hello \${params.name}\` }) });
`;

/** One row of `shoal ps --json`. */
export interface Row {
  readonly service: string;
  readonly instance: string;
  readonly state: string;
  readonly pid: number;
}

/** A fleet of contract services in a folder of its own, outside the repository. */
export interface BenchFleet {
  readonly folder: string;
  readonly remove: () => void;
}

/** @param instances By service name. */
export function makeFleet(instances: Readonly<Record<string, number>>): BenchFleet {
  const folder = mkdtempSync(join(tmpdir(), "shoal-bench-"));
  mkdirSync(join(folder, "services"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "bench-fleet", private: true, type: "module" }));
  const entries = Object.entries(instances).map(([name, count]) => {
    writeFileSync(join(folder, `services/${name}.ts`), SERVICE.replace("NAME", name));
    return `  "${name}": node("services/${name}.ts", { instances: ${count} }),\n`;
  });
  writeFileSync(
    join(folder, "shoal.config.ts"),
    `import { fleet, node } from "shoal/fleet";\n\nexport default fleet("bench", {\n${entries.join("")}});\n`,
  );
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** `shoal up` in the foreground; resolves when it says that all is ready. */
export function up(folder: string, options: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const parameters = [SHOAL, "up", "--plain", ...options];
  return startUntil(process.execPath, parameters, { cwd: folder, line: /^ready in .*/, env });
}

export function ps(folder: string): readonly Row[] {
  return JSON.parse(execFileSync(process.execPath, [SHOAL, "ps", "--json"], { cwd: folder, encoding: "utf8" }));
}

/** The URL of a running fleet's control plane. */
export function controlOf(folder: string): string {
  return JSON.parse(readFileSync(join(folder, ".shoal/fleet.json"), "utf8")).control;
}
