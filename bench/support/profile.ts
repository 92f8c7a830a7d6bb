import { type Profiler, Session } from "node:inspector/promises";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** CPU time that was spent in one place, in µs. */
export interface Spent {
  readonly place: string;
  readonly us: number;
}

/**
 * Where the CPU time of a process went, most first; what it waited is in none of it. The profiler tells shares of the
 * time that passed, and the machine has others to serve: the sum is that of the process's CPU clock.
 */
export interface Spending {
  readonly cpuUs: number;
  readonly byFile: readonly Spent[];
  readonly byFunction: readonly Spent[];
}

const SAMPLE_US = 200;
const root = resolve(import.meta.dirname, "../..");

/** Profiles what a process does meanwhile. Costs it some per cent. */
export async function profiled(task: () => Promise<unknown>): Promise<Spending> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: SAMPLE_US });
  await session.post("Profiler.start");
  const before = process.cpuUsage();
  await task();
  const { user, system } = process.cpuUsage(before);
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  return spendingOf(profile, user + system);
}

function spendingOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, cpuUs: number): Spending {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byFile = new Map<string, number>();
  const byFunction = new Map<string, number>();
  let totalUs = 0;
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    const us = timeDeltas[index] ?? 0;
    if (!frame || frame.functionName === "(idle)" || frame.url === "node:inspector") continue;
    const file = fileOf(frame);
    totalUs += us;
    add(byFile, file, us);
    add(byFunction, `${frame.functionName || "(anonymous)"} ${file}:${frame.lineNumber + 1}`, us);
  }
  const scale = cpuUs / totalUs;
  return { cpuUs, byFile: most(byFile, scale), byFunction: most(byFunction, scale) };
}

function fileOf({ url, functionName }: Profiler.Profile["nodes"][number]["callFrame"]): string {
  if (url === "") return /^\(.*\)$/.test(functionName) ? functionName : "(native code)";
  if (!url.startsWith("file:")) return url;
  return relative(root, fileURLToPath(url));
}

function add(sums: Map<string, number>, key: string, us: number): void {
  sums.set(key, (sums.get(key) ?? 0) + us);
}

function most(sums: ReadonlyMap<string, number>, scale: number): readonly Spent[] {
  return [...sums].map(([place, us]) => ({ place, us: us * scale })).sort((left, right) => right.us - left.us);
}
