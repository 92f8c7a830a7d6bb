// `npm run bench -- NAME`: runs bench/NAME.ts, prints its table and writes bench/results/NAME.json.
import { spawnSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { basename, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, "bench");
const names = globSync("*.bench.ts", { cwd: folder }).map((file) => basename(file, ".bench.ts"));
const [name = "", ...parameters] = process.argv.slice(2);

function run(cwd: string, command: string, commandParameters: readonly string[]): void {
  const { status } = spawnSync(command, commandParameters, { cwd, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

if (!names.includes(name)) {
  process.stderr.write(`npm run bench -- NAME, where NAME is one of: ${names.join(", ")}\n`);
  process.exit(2);
}
if (existsSync(join(folder, "package-lock.json")) && !existsSync(join(folder, "node_modules"))) {
  run(folder, "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
}
// What is measured is what users get: the built package, not the sources.
run(root, process.execPath, ["-C", "shoal-source", "tools/build.ts"]);
run(root, process.execPath, [join(folder, `${name}.bench.ts`), ...parameters]);
