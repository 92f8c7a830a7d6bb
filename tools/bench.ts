// `npm run bench -- NAME`: runs bench/NAME.bench.ts, prints its table, and writes bench/results/NAME.json and
// docs/benchmarks.md. `wire`, `http`, `fleet` and `see` take `--rounds N` and `--only PART,PART`. `npm run bench -- page` writes the
// page alone.
import { globSync, statSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { readParts } from "../bench/support/parts.ts";
import { benchmarksPage, SECTIONS } from "./benchmarks-page.ts";
import { runOrExit } from "./run-or-exit.ts";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, "bench");
const names = globSync("*.bench.ts", { cwd: folder }).map((file) => basename(file, ".bench.ts"));
const [name = "", ...parameters] = process.argv.slice(2);

/** When a file was written; 0 when there is none. */
function writtenMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function writePage(): void {
  const saved = Object.fromEntries(SECTIONS.map((section) => [section.name, readParts(section.name)]));
  writeFileSync(join(root, "docs/benchmarks.md"), benchmarksPage(saved));
}

if (name === "page") {
  writePage();
  process.exit(0);
}
if (!names.includes(name)) {
  process.stderr.write(`npm run bench -- NAME, where NAME is one of: ${[...names, "page"].join(", ")}\n`);
  process.exit(2);
}
// What npm writes last when it installs.
const installed = join(folder, "node_modules/.package-lock.json");
if (writtenMs(join(folder, "package-lock.json")) > writtenMs(installed)) {
  runOrExit(folder, "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
}
// What is measured is what users get: the built package, not the sources.
runOrExit(root, process.execPath, ["-C", "shoal-source", "tools/build.ts"]);
runOrExit(root, process.execPath, [join(folder, `${name}.bench.ts`), ...parameters]);
writePage();
