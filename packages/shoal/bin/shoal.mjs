#!/usr/bin/env node
import { existsSync } from "node:fs";

// Plain JavaScript that an old Node can parse: its first duty is to say in one line what it needs.
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  // npm has Node itself as a package of each platform; npx then finds it first.
  const platform = `${process.platform}-${process.arch}`;
  const onNpm = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"].indexOf(platform) >= 0;
  const here = onNpm ? `, or for this folder alone by \`npm install node-${platform}@24\`` : "";
  process.stderr.write(
    `shoal: needs Node 24 or later, this is ${process.versions.node}. Install it from https://nodejs.org${here}, then run the command again.\n`,
  );
  process.exit(1);
}
// In a clone that was not built there is only the source, which Node finds under a condition given at its start.
const isBuilt = existsSync(new URL("../dist/cli/main.js", import.meta.url));
if (!isBuilt && !process.execArgv.join(" ").includes("shoal-source")) {
  const flags = ["-C", "shoal-source", ...process.execArgv];
  process.execve(process.execPath, [process.execPath, ...flags, ...process.argv.slice(1)], process.env);
}
await import("#cli");
