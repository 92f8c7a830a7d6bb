// Builds the dashboard into packages/shoal/dist/web, where the control plane looks for it.
import { spawnSync } from "node:child_process";
import { existsSync, globSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const built = join(root, "packages/shoal/dist/web/index.html");

/** What the dashboard is made of; the API's contract is in it by its paths. */
const SOURCES = ["web/{src,build,public}/**/*", "web/*.{html,json,ts}", "packages/shoal/src/control/api/**/*.ts"];

export function buildDashboard(): void {
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const { status } = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: join(root, "web"),
    // Whoever builds, such as a test runner with an environment of its own: what is built is what users get.
    env: { ...process.env, NODE_ENV: "production" },
    stdio: "inherit",
  });
  if (status !== 0) process.exit(status ?? 1);
}

/** False when a source is newer than what was built. */
export function isDashboardBuilt(): boolean {
  if (!existsSync(built)) return false;
  const builtMs = statSync(built).mtimeMs;
  return globSync(SOURCES, { cwd: root }).every((file) => statSync(join(root, file)).mtimeMs <= builtMs);
}
