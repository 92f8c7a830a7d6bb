// `npm run build`: makes packages/shoal/dist. `npm run build -- --pack` also makes the tarball in the root.
//
// tsc writes the declarations, rolldown the code: a service that loads Shoal as 150 small modules needs 60 ms of CPU for
// that before it can listen, as a few large ones 15, and a fleet starts dozens at once. `npm run bench -- run` guards it.
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { rolldown } from "rolldown";
import { buildDashboard } from "./dashboard-build.ts";
import { runOrExit } from "./run-or-exit.ts";

const root = resolve(import.meta.dirname, "..");
const packageFolder = join(root, "packages/shoal");
const source = join(packageFolder, "src");
const dist = join(packageFolder, "dist");

/** What package.json's "exports" and "imports" lead to; a "*" is filled in here. */
const ZERO_CODE = ["adopt-servers", "check-policies", "module-report", "outbound", "record-outside"];
const ENTRIES = [
  "index",
  "fleet",
  "register",
  "testing",
  "cli/main",
  "control/main",
  "control/fleet/warm-up",
  "server/group/main",
  "server/group/loop-watch-thread",
  "control/history/history-thread",
  ...ZERO_CODE.map((name) => `server/zero-code/${name}`),
];

/** Few and large; what an app that is only preloaded needs at once stays apart from what a service needs. */
const CHUNKS = [
  { name: "core", test: /\/src\/(core\/|discovery\/(identity|supervisor-line)\.ts)/ },
  {
    name: "zero-code",
    test: /\/src\/server\/zero-code\/(install|patch-|load-hooks|signals|process-signals|service-host|report)/,
  },
  {
    name: "service",
    test: /\/src\/(contract|client|discovery|telemetry|transport|server)\/(?!zero-code|group|mux|router|resilience-reports)/,
  },
] as const;

async function bundle(): Promise<void> {
  const { dependencies } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
  const packages = Object.keys(dependencies);
  const build = await rolldown({
    input: Object.fromEntries(ENTRIES.map((entry) => [entry, join(source, `${entry}.ts`)])),
    // What users install beside us stays outside, and so do our own entries.
    external: (id) =>
      /^(node:|#|shoal\/)/.test(id) || packages.some((name) => id === name || id.startsWith(`${name}/`)),
    platform: "node",
  });
  await build.write({
    dir: dist,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
    codeSplitting: { groups: [...CHUNKS] },
  });
  await build.close();
}

rmSync(dist, { recursive: true, force: true });
runOrExit(root, process.execPath, ["node_modules/typescript/bin/tsc", "-p", "packages/shoal/tsconfig.build.json"]);
await bundle();
buildDashboard();
for (const file of ["README.md", "LICENSE"]) copyFileSync(join(root, file), join(packageFolder, file));
if (process.argv.includes("--pack")) {
  runOrExit(root, "npm", ["pack", "--loglevel=error", "-w", "packages/shoal", "--pack-destination", root]);
}
