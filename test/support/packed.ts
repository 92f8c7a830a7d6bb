// Packs Shoal and installs the tarball into a folder outside the repository, once for all system tests.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder that holds the packed `shoal-VERSION.tgz`. */
    readonly tarballFolder: string;
    /** A folder with a node_modules in which the tarball and the libraries that the docs use are installed. */
    readonly installedFolder: string;
  }
}

/** What the docs and the examples import beside shoal. */
const DOCS_USE = ["zod", "@opentelemetry/api", "express", "fastify", "@fawazahmed0/currency-api"];

const root = resolve(import.meta.dirname, "../..");

export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "shoal-packed-"));
  const installed = join(folder, "installed");
  mkdirSync(installed);
  run(root, process.execPath, ["-C", "shoal-source", "tools/build.ts"]);
  run(root, "npm", ["pack", "--loglevel=error", "-w", "packages/shoal", "--pack-destination", folder]);
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  if (tarball === undefined) throw new Error(`npm pack left no tarball in ${folder}`);
  writeFileSync(join(installed, "package.json"), JSON.stringify({ name: "installed", private: true, type: "module" }));
  run(installed, "npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", join(folder, tarball), ...DOCS_USE]);
  project.provide("tarballFolder", folder);
  project.provide("installedFolder", installed);
  return () => rmSync(folder, { recursive: true, force: true });
}

function run(cwd: string, command: string, parameters: readonly string[]): void {
  execFileSync(command, parameters, { cwd, stdio: ["ignore", "ignore", "inherit"] });
}
