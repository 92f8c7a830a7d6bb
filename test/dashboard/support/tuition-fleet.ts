import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const root = resolve(import.meta.dirname, "../../..");
const endWithParent = pathToFileURL(join(import.meta.dirname, "end-with-parent.mjs")).href;
const UP = ["up", "--plain", "--control-port", "0"];
const READY_MS = 100_000;

/** The tuition example, running; disposing ends it and removes its folder. */
export interface TuitionFleet extends AsyncDisposable {
  /** Of its control plane, which serves the dashboard. */
  readonly url: string;
  readonly folder: string;
}

/** Starts a copy of the tuition example from source, on ports of its own, and waits until all is ready. */
export async function startTuition(): Promise<TuitionFleet> {
  return startFleetIn(copyOfTuition());
}

/** A copy of the tuition example in a folder of its own, not yet running. */
export function copyOfTuition(): string {
  const folder = mkdtempSync(join(tmpdir(), "shoal-dashboard-"));
  cpSync(join(root, "examples/tuition"), folder, {
    recursive: true,
    filter: (path) => !/\/(node_modules|\.shoal)(\/|$)/.test(path),
  });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** Starts the fleet of a folder, which its disposal removes unless it is to be kept for the fleet's next run. */
export async function startFleetIn(
  folder: string,
  { keep = false, flags = [] }: { readonly keep?: boolean; readonly flags?: readonly string[] } = {},
): Promise<TuitionFleet> {
  const shoal = join(root, "packages/shoal/bin/shoal.mjs");
  const child = spawn(process.execPath, ["-C", "shoal-source", "--import", endWithParent, shoal, ...UP, ...flags], {
    cwd: folder,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const end = async () => {
    await ended(child);
    if (!keep) rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { url: await urlOf(child), folder, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function urlOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null || child.stderr === null) throw new Error("its output is not read");
  const output: string[] = [];
  child.stderr.on("data", (chunk) => output.push(String(chunk)));
  const giveUp = setTimeout(() => child.kill("SIGINT"), READY_MS);
  let url = "";
  for await (const line of createInterface({ input: child.stdout })) {
    output.push(`${line}\n`);
    url ||= /http:\/\/[\w.[\]]+:\d+/.exec(line)?.[0] ?? "";
    if (!line.startsWith("ready in ")) continue;
    clearTimeout(giveUp);
    child.stdout.resume();
    return url;
  }
  clearTimeout(giveUp);
  throw new Error(`the fleet was not ready within ${READY_MS} ms:\n${output.join("")}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGINT");
  await once(child, "exit");
}
