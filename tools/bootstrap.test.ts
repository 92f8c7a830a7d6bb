import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const LOCK_WITHOUT_THE_OPTIONAL_PACKAGE = JSON.stringify({
  name: "clone",
  lockfileVersion: 3,
  requires: true,
  packages: { "": { name: "clone", optionalDependencies: { "build-for-another-platform": "file:./none" } } },
});

let clone: string;

beforeEach(() => {
  clone = realpathSync(mkdtempSync(join(tmpdir(), "shoal bootstrap-")));
  mkdirSync(join(clone, "tools"));
  copyFileSync(join(root, "tools/bootstrap.mjs"), join(clone, "tools/bootstrap.mjs"));
  writeFileSync(
    join(clone, "package.json"),
    JSON.stringify({ name: "clone", optionalDependencies: { "build-for-another-platform": "file:./none" } }),
  );
  writeFileSync(join(clone, "package-lock.json"), LOCK_WITHOUT_THE_OPTIONAL_PACKAGE);
  writeFileSync(
    join(clone, "tools/greet.ts"),
    "const name: string = process.argv[2] ?? ''; console.log('hello', name);",
  );
});

afterEach(() => rmSync(clone, { recursive: true }));

function bootstrap() {
  const parameters = ["tools/bootstrap.mjs", "tools/greet.ts", "Ada"];
  return spawnSync(process.execPath, parameters, { cwd: clone, encoding: "utf8" });
}

it("a clone whose lock lacks an optional package of another platform is installed, and its lock left alone", () => {
  const first = bootstrap();
  expect(first).toMatchObject({ status: 0, stdout: "hello Ada\n" });
  expect(first.stderr).toContain("Installing what is missing");
  expect(readFileSync(join(clone, "package-lock.json"), "utf8")).toBe(LOCK_WITHOUT_THE_OPTIONAL_PACKAGE);
});

it("installs once, and again only when the lock is younger than the installation", () => {
  bootstrap();
  expect(bootstrap().stderr).toBe("");
  const later = Date.now() / 1000 + 5;
  utimesSync(join(clone, "package-lock.json"), later, later);
  expect(bootstrap().stderr).toContain("Installing what is missing");
  utimesSync(join(clone, "package-lock.json"), 1, 1);
  expect(bootstrap().stderr).toBe("");
});
