import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What Shoal's own package.json says. */
export interface PackageInfo {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const packageFile = createRequire(import.meta.url).resolve("shoal/package.json");
const folder = dirname(packageFile);

/** The program that users run, for starting another one of it. */
export const CLI_FILE = join(folder, "bin/shoal.mjs");

/** What `shoal init` copies. */
export const TEMPLATES_FOLDER = join(folder, "templates");

export function readPackageInfo(): PackageInfo {
  return JSON.parse(readFileSync(packageFile, "utf8"));
}
