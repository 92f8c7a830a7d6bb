import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What Shoal's own package.json says; the same relative path from src and from dist. */
export interface PackageInfo {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const folder = new URL("../../", import.meta.url);

/** The program that users run, for starting another one of it. */
export const CLI_FILE = fileURLToPath(new URL("bin/shoal.mjs", folder));

/** What `shoal init` copies. */
export const TEMPLATES_FOLDER = fileURLToPath(new URL("templates/", folder));

export function readPackageInfo(): PackageInfo {
  return JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
}
