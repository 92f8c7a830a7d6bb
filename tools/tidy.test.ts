import { existsSync, globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { ERRORS } from "../packages/shoal/src/core/errors.ts";

const root = resolve(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const sources = globSync("packages/shoal/src/**/*.ts", { cwd: root }).filter((path) => !path.endsWith(".test.ts"));

/** Layers in which time and chance come in from outside, so that a simulator can own them. */
const SIMULATED = /^packages\/shoal\/src\/(core|contract|client|server|discovery)\//;
/** Adapters of the outside world, the only files of those layers that may ask it. */
const OUTSIDE = /\/zero-code\/|\/discovery\/snapshot-store\.ts$|\/server\/group\/loop-watch(-thread)?\.ts$/;

it.each(sources)("%s takes time and chance from its ports", (path) => {
  if (!SIMULATED.test(path) || OUTSIDE.test(path)) return expect(existsSync(join(root, path))).toBe(true);
  const found = read(path)
    .split("\n")
    .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line))
    .filter((line) => /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|(?<![.\w])set(?:Timeout|Interval)\(/.test(line));
  expect(found, "use Ports: clock and random").toEqual([]);
});

it("docs/errors.md has one section for each error code, with its status, advice and hint", () => {
  const documented = read("docs/errors.md");
  for (const [code, row] of Object.entries(ERRORS)) {
    expect(documented).toContain(`## ${code}\n\nStatus ${row.status}, retry: ${row.retry}. ${row.hint}`);
  }
  expect(documented.match(/^## [A-Z_]+$/gm)).toHaveLength(Object.keys(ERRORS).length);
});

it("docs/dependencies.md gives a reason for each dependency of every package.json, and for no other", () => {
  const documented = [...read("docs/dependencies.md").matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
  const declared = globSync(["package.json", "{packages,examples,bench,mutation,tools,web}/**/package.json"], {
    cwd: root,
    exclude: (path) => path.includes("node_modules") || path.includes("templates"),
  }).flatMap((path) => {
    const { dependencies, devDependencies, optionalDependencies, peerDependencies } = JSON.parse(read(path));
    return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies });
  });
  const expected = [...new Set(declared)].filter((name) => name !== "shoal").sort();
  expect([...new Set(documented)].sort()).toEqual(expected);
});

it(".ci/run and tools/test.ts know the same programs", () => {
  const inScript = /^needed=\((.*)\)$/m.exec(read(".ci/run"))?.[1]?.split(" ").sort();
  const inTest = [
    ...(/NEEDED_PROGRAMS[^{]*\{([^}]*)\}/.exec(read("tools/test.ts"))?.[1] ?? "").matchAll(/"?(\w+)"?: "([^"]+)"/g),
  ];
  expect(inTest.map(([, program, debian]) => `${program}=${debian}`).sort()).toEqual(inScript);
});

it("the repository names no path of a machine and no registry host", () => {
  const tracked = globSync(
    [
      "*.{md,json,ts}",
      ".ci/run",
      "{docs,packages,examples,tools,test,bench,mutation,web}/**/*.{md,ts,tsx,js,mjs,json,py,sh}",
    ],
    {
      cwd: root,
      exclude: (path) => path.includes("node_modules") || path.includes("dist"),
    },
  );
  const forbidden = new RegExp(["/wo" + "rk/", "registry\\.np" + "mjs"].join("|"));
  expect(tracked.filter((path) => forbidden.test(read(path)))).toEqual([]);
});
