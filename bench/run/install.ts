import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { atMost, type Result } from "../support/results.ts";

const root = resolve(import.meta.dirname, "../..");

/** What `npm install` of the tarball brings into an empty folder. */
export function measureInstall(): readonly Result[] {
  const folder = mkdtempSync(join(tmpdir(), "shoal-bench-"));
  const npm = (cwd: string, ...parameters: readonly string[]) =>
    execFileSync("npm", [...parameters, "--loglevel=error"], { cwd, stdio: "ignore" });
  try {
    npm(root, "pack", "-w", "packages/shoal", "--pack-destination", folder);
    const [tarball = ""] = globSync("*.tgz", { cwd: folder });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "bench-install", private: true }));
    npm(folder, "install", "--no-audit", "--no-fund", join(folder, tarball));
    const kib = Number(execFileSync("du", ["-sk", join(folder, "node_modules")], { encoding: "utf8" }).split("\t")[0]);
    const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")) as { packages: object };
    return [
      atMost("npm install shoal, on disk", kib / 1024, 40, "MiB"),
      atMost("npm install shoal, packages", Object.keys(lock.packages).length - 1, 60, ""),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
