import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** What has not happened by then will not: a benchmark must end. In ms. */
const GIVE_UP_MS = 60_000;

/** Starts a program and resolves with the first line of its output that matches. Rejects when it ends or takes 60 s. */
export async function startUntil(
  command: string,
  parameters: readonly string[],
  options: { readonly cwd: string; readonly line: RegExp; readonly env?: NodeJS.ProcessEnv },
): Promise<{ readonly child: ChildProcess; readonly match: RegExpExecArray; readonly tookMs: number }> {
  const startedMs = performance.now();
  const child = spawn(command, parameters, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  child.stderr?.on("data", (chunk) => output.push(String(chunk)));
  const lines = createInterface({ input: child.stdout });
  const giveUp = setTimeout(() => child.kill("SIGKILL"), GIVE_UP_MS);
  for await (const line of lines) {
    output.push(line);
    const match = options.line.exec(line);
    if (match) {
      clearTimeout(giveUp);
      child.stdout.resume();
      return { child, match, tookMs: performance.now() - startedMs };
    }
  }
  clearTimeout(giveUp);
  throw new Error(`${command} ${parameters.join(" ")} ended without ${options.line}:\n${output.join("\n")}`);
}

/** Ends a process that this run started. Resolves with how long it took, in ms; rejects when that is over 60 s. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number> {
  const startedMs = performance.now();
  if (child.exitCode !== null || child.signalCode !== null) return 0;
  child.kill(signal);
  await once(child, "exit", { signal: AbortSignal.timeout(GIVE_UP_MS) });
  return performance.now() - startedMs;
}

/** CPU time of a process so far, in ms, to the hundredth of a second. Linux only. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** A process and all that it, and they, have started. Linux only. */
export function treeOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(treeOf)];
}

/** Proportional set size in MiB: shared pages are divided among the processes that share them. Linux only. */
export function pssMib(pid: number): number {
  const [, kib = "NaN"] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
  return Number(kib) / 1024;
}
