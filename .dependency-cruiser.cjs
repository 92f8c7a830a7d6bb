// The layers of packages/shoal/src, top to bottom. A file may import its own layer and those below it, never one above.
const LAYERS = ["cli", "control", "server", "client", "discovery", "telemetry", "transport", "contract", "core"];
const source = (layer) => `^packages/shoal/src/${layer}/`;

const downOnly = LAYERS.flatMap((layer, index) =>
  index === 0
    ? []
    : [
        {
          name: `${layer}-imports-down-only`,
          comment: `${layer}/ may import only itself and ${LAYERS.slice(index + 1).join(", ") || "nothing else"}.`,
          severity: "error",
          from: { path: source(layer), pathNot: "\\.test\\.ts$" },
          to: { path: LAYERS.slice(0, index).map(source).join("|") },
        },
      ],
);

module.exports = {
  forbidden: [
    ...downOnly,
    {
      name: "nothing-imports-the-entries",
      comment: "index.ts and the other entries are for users of the package.",
      severity: "error",
      from: { path: "^packages/shoal/src/[a-z]+/", pathNot: "\\.test\\.ts$" },
      to: { path: "^packages/shoal/src/[a-z-]+\\.ts$" },
    },
    {
      name: "testing-is-imported-by-no-layer",
      comment: "testing/ holds fakes; only tests and the entry of shoal/testing import it.",
      severity: "error",
      from: { path: LAYERS.map(source).join("|"), pathNot: "\\.test\\.ts$" },
      to: { path: source("testing") },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-undeclared-packages",
      comment: "The published package uses only what its package.json declares.",
      severity: "error",
      from: { path: "^packages/shoal/src/", pathNot: "\\.test\\.ts$" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "dist/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ["shoal-source", "import", "node", "default", "types"],
      extensions: [".ts", ".js"],
    },
  },
};
