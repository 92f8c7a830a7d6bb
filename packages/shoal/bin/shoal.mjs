#!/usr/bin/env node
// Plain JavaScript that an old Node can parse: its first duty is to say in one line what it needs.
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(
    `shoal: needs Node 24 or later, this is ${process.versions.node}. Install it from https://nodejs.org, then run the command again.\n`,
  );
  process.exit(1);
}
await import("#cli");
