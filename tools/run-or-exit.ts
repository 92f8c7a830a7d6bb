import { spawnSync } from "node:child_process";

/** Runs a program with this terminal, and ends this one with its exit code if it fails. */
export function runOrExit(cwd: string, command: string, parameters: readonly string[]): void {
  const { status } = spawnSync(command, parameters, { cwd, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
