import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inject } from "vitest";
import { isAlive as isProcessAlive } from "../../packages/shoal/src/control/fleet/process-table.ts";

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder outside the repository in which the packed `shoal` is installed; disposing stops its fleet and removes it. */
export interface FleetFolder extends AsyncDisposable {
  readonly path: string;
  /** Runs `shoal WORDS` there, as npx would. */
  readonly shoal: (words: readonly string[], stdin?: string) => Promise<Ran>;
  readonly write: (file: string, text: string) => void;
  /** `.shoal/fleet.json`, or undefined. */
  readonly record: () => { readonly pid: number; readonly control: string } | undefined;
}

/** Longer than any command may take, shorter than a test: a command that hangs ends with code null. */
const COMMAND_MS = 60_000;

export function fleetFolder(): FleetFolder {
  const path = mkdtempSync(join(tmpdir(), "shoal-cli-"));
  symlinkSync(join(inject("installedFolder"), "node_modules"), join(path, "node_modules"));
  const fleetFile = join(path, ".shoal/fleet.json");
  const record = () => (existsSync(fleetFile) ? JSON.parse(readFileSync(fleetFile, "utf8")) : undefined);
  return {
    path,
    record,
    shoal: (words, stdin) => runShoal(path, words, stdin),
    write(file, text) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      writeFileSync(join(path, file), text);
    },
    async [Symbol.asyncDispose]() {
      const left = record();
      if (left && (await runShoal(path, ["down", "--timeout", "20s"])).code === null) process.kill(left.pid, "SIGKILL");
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** The program of the installed package; run by this very Node. */
export function shoalCommand(folder: string): readonly [string, string] {
  return [process.execPath, join(folder, "node_modules/shoal/bin/shoal.mjs")];
}

/** What a user's shell would pass on: nothing of the test runner's. */
export function shellEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], HOME: process.env["HOME"], NO_COLOR: "1" };
}

function runShoal(cwd: string, words: readonly string[], stdin = ""): Promise<Ran> {
  const [node, file] = shoalCommand(cwd);
  const child = spawn(node, [file, ...words], { cwd, env: shellEnvironment(), timeout: COMMAND_MS });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out, err }));
  });
}

/** False for a zombie too: in a container nobody may collect what has ended. */
export function isAlive(pid: number): boolean {
  return isProcessAlive(pid, "");
}
