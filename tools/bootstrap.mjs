// Runs on the Node that a newcomer has (20 or later): installs what is missing, then hands over to the repository's own
// Node 24. Usage: node tools/bootstrap.mjs [SCRIPT.ts [ARGUMENT ...]]
import { spawn, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_MAJOR = 24;
const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** npm writes node_modules/.package-lock.json last, so it is a mark of a finished install. */
function isInstalled() {
  const done = join(root, "node_modules/.package-lock.json");
  return existsSync(done) && statSync(done).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs;
}

/**
 * `npm install` and not `npm ci`: a lock made where the registry offers no builds for other platforms does not list those
 * optional packages, and `npm ci` refuses such a lock. Both install what the lock says; --no-save leaves the lock as it is.
 */
function install() {
  process.stderr.write("Installing what is missing (npm install) …\n");
  const { status } = spawnSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) fail(`npm install failed in ${root}: see its message above, then run the command again.`);
}

function findNode() {
  if (Number(process.versions.node.split(".")[0]) >= NODE_MAJOR) return process.execPath;
  const brought = join(root, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (existsSync(brought)) return brought;
  return fail(
    `needs Node ${NODE_MAJOR}, this is ${process.versions.node}, and npm has none for ${process.platform}-${process.arch}. ` +
      "Install it from https://nodejs.org, then run the command again.",
  );
}

function fail(message) {
  process.stderr.write(`shoal: ${message}\n`);
  process.exit(1);
}

if (!isInstalled()) install();

const [script, ...parameters] = process.argv.slice(2);
if (script !== undefined) {
  const node = findNode();
  const child = spawn(node, ["-C", "shoal-source", join(root, script), ...parameters], {
    stdio: "inherit",
    // Whatever the script starts finds the same Node first.
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}` },
  });
  // A terminal's Ctrl-C reaches the child as well: the parent only waits for it to end in its own way.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (signal !== "SIGINT") child.kill(signal);
    });
  }
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
