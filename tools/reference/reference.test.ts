import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

function pagesIn(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

it("docs/reference is what the docstrings make today; `npm run reference` refreshes it", { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), "shoal-reference-"));
  try {
    execFileSync(process.execPath, [join(import.meta.dirname, "generate.ts"), folder], { cwd: root });
    expect(pagesIn(join(root, "docs/reference"))).toEqual(pagesIn(folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
