import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A process that a test has started, and what it has said so far. */
export interface Supervised {
  readonly child: ChildProcess;
  /** To its supervisor, and on its standard streams. */
  readonly out: { told: string; printed: string };
  /** Its exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
}

/**
 * Runs a file as Node is run by a supervisor, with a pipe on file descriptor 3.
 * @param running It is one of them until it has ended.
 */
export function runSupervised(
  file: string,
  env: Readonly<Record<string, string>>,
  running: Set<ChildProcess>,
): Supervised {
  const child = spawn(process.execPath, ["-C", "shoal-source", file], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], SHOAL_SUPERVISOR_FD: "3", ...env },
  });
  running.add(child);
  const out = { told: "", printed: "" };
  child.stdio[3]?.on("data", (chunk) => {
    out.told += String(chunk);
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      out.printed += String(chunk);
    });
  }
  const exited = once(child, "close").then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return { child, out, exited };
}
