// `npm run bench -- NAME`: runs bench/NAME.ts, prints its table and writes bench/results/NAME.json.
import { existsSync, globSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { runOrExit } from "./run-or-exit.ts";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, "bench");
const names = globSync("*.bench.ts", { cwd: folder }).map((file) => basename(file, ".bench.ts"));
const [name = "", ...parameters] = process.argv.slice(2);

if (!names.includes(name)) {
  process.stderr.write(`npm run bench -- NAME, where NAME is one of: ${names.join(", ")}\n`);
  process.exit(2);
}
if (existsSync(join(folder, "package-lock.json")) && !existsSync(join(folder, "node_modules"))) {
  runOrExit(folder, "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
}
// What is measured is what users get: the built package, not the sources.
runOrExit(root, process.execPath, ["-C", "shoal-source", "tools/build.ts"]);
runOrExit(root, process.execPath, [join(folder, `${name}.bench.ts`), ...parameters]);
