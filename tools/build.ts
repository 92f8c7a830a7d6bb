// `npm run build`: compiles packages/shoal/src to dist. `npm run build -- --pack` also makes the tarball in the root.
import { spawnSync } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const packageFolder = join(root, "packages/shoal");

function run(command: string, parameters: readonly string[]): void {
  const { status } = spawnSync(command, parameters, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

rmSync(join(packageFolder, "dist"), { recursive: true, force: true });
run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "packages/shoal/tsconfig.build.json"]);
for (const file of ["README.md", "LICENSE"]) copyFileSync(join(root, file), join(packageFolder, file));
if (process.argv.includes("--pack"))
  run("npm", ["pack", "--loglevel=error", "-w", "packages/shoal", "--pack-destination", root]);
