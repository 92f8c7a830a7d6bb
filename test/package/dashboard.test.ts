import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";

test("the packed dashboard is React's production build, whoever packed it", () => {
  const folder = join(inject("installedFolder"), "node_modules/shoal/dist/web/assets");
  const scripts = globSync("*.js", { cwd: folder }).map((file) => readFileSync(join(folder, file), "utf8"));
  // Only that one has numbers in place of its messages.
  expect(scripts.some((script) => script.includes("Minified React error"))).toBe(true);
  expect(scripts.filter((script) => script.includes("Each child in a list should have"))).toEqual([]);
});
