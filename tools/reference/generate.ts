// `npm run reference [-- FOLDER]`: writes the API reference, one page for each public entry, from the docstrings.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const folder = resolve(process.argv[2] ?? join(root, "docs/reference"));
const source = join(root, "packages/shoal/src");

// TypeDoc must load its own TypeScript 6, the one beside it.
const require = createRequire(import.meta.url);
const { Application, TSConfigReader } = require("typedoc");

rmSync(folder, { recursive: true, force: true });
const app = await Application.bootstrapWithPlugins(
  {
    plugin: [require.resolve("typedoc-plugin-markdown")],
    outputs: [{ name: "markdown", path: folder }],
    entryPoints: ["index.ts", "fleet.ts", "register.ts", "testing.ts"].map((file) => join(source, file)),
    tsconfig: join(root, "tools/reference/tsconfig.json"),
    outputFileStrategy: "modules",
    entryFileName: "README",
    readme: "none",
    name: "Shoal: API reference",
    hidePageHeader: true,
    hideBreadcrumbs: true,
    disableSources: true,
    excludeInternal: true,
    excludeExternals: true,
    logLevel: "Error",
    githubPages: false,
  },
  [new TSConfigReader()],
);
const project = await app.convert();
if (!project) throw new Error("TypeDoc could not read packages/shoal/src: run `npm run types` for the reasons");
await app.generateOutputs(project);

// One form on every machine: no trailing blanks, one newline at the end.
for (const file of readdirSync(folder)) {
  const path = join(folder, file);
  writeFileSync(
    path,
    `${readFileSync(path, "utf8")
      .replaceAll(/[ \t]+$/gm, "")
      .trimEnd()}\n`,
  );
}
