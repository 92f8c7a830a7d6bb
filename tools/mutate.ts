// `npm run mutate [-- FILE ...]`: changes the mechanisms in every small way and counts how many of the changes a test
// notices. Ends with 1 below 80 %. With files, only those; takes about half a second for each change.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, "mutation");

function run(cwd: string, command: string, parameters: readonly string[]): void {
  const { status } = spawnSync(command, parameters, { cwd, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

const files = process.argv.slice(2);
if (!existsSync(join(folder, "node_modules"))) {
  // Its runner asks for vitest, and finds the repository's: a second one would run other tests than `npm test`.
  run(folder, "npm", ["ci", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error"]);
}
const stryker = join(folder, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
const only = files.length === 0 ? [] : ["--mutate", files.join(",")];
run(root, process.execPath, [stryker, "run", "mutation/stryker.config.mjs", ...only]);
