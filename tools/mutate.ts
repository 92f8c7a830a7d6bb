// `npm run mutate [-- FILE ...]`: changes the mechanisms in every small way and counts how many of the changes a test
// notices. Ends with 1 below 80 %. With files, only those; takes about half a second for each change.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { runOrExit } from "./run-or-exit.ts";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, "mutation");

const files = process.argv.slice(2);
if (!existsSync(join(folder, "node_modules"))) {
  // Its runner asks for vitest, and finds the repository's: a second one would run other tests than `npm test`.
  runOrExit(folder, "npm", ["ci", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error"]);
}
const stryker = join(folder, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
const only = files.length === 0 ? [] : ["--mutate", files.join(",")];
runOrExit(root, process.execPath, [stryker, "run", "mutation/stryker.config.mjs", ...only]);
