import { existsSync, globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, inject, it } from "vitest";

const source = resolve(import.meta.dirname, "../../packages/shoal/src/server/zero-code");
/** Modules that are loaded by a name of package.json's "imports", which no bundler follows. */
const LOADED_BY_NAME = /\bloadNow<[^>]*(?:<[^>]*>)?[^>]*>\("([\w-]+)"\)/g;

it("the package holds every module that the patches load by its name", () => {
  const names = globSync("*.ts", { cwd: source })
    .filter((file) => !file.endsWith(".test.ts"))
    .flatMap((file) => [...readFileSync(join(source, file), "utf8").matchAll(LOADED_BY_NAME)].map(([, name]) => name));
  expect(names).toContain("check-policies");
  const packed = join(inject("installedFolder"), "node_modules/shoal/dist/server/zero-code");
  expect(names.filter((name) => !existsSync(join(packed, `${name}.js`)))).toEqual([]);
});
