import { openSync, readSync } from "node:fs";

/** Three numbers, the second of which counts: ns spent waiting for a CPU (Linux, Documentation/scheduler/sched-stats). */
const FILE = "/proc/thread-self/schedstat";
const NS_PER_MS = 1e6;

/**
 * How long this thread was ready to run and had no CPU so far, in ms; undefined where the system does not say. When it
 * says no more, as when somebody closed the descriptor, the time stands still.
 */
export function openStarvedTime(file: string = FILE): (() => number) | undefined {
  const bytes = Buffer.alloc(96);
  let lastMs = Number.NaN;
  try {
    const descriptor = openSync(file, "r");
    const read = () => {
      const ms = readMs(descriptor, bytes);
      if (Number.isFinite(ms)) lastMs = ms;
      return lastMs;
    };
    return Number.isFinite(read()) ? read : undefined;
  } catch {
    return undefined; // another system, or one that hides it
  }
}

function readMs(descriptor: number, bytes: Buffer): number {
  try {
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    return Number(bytes.toString("latin1", 0, length).split(" ")[1]) / NS_PER_MS;
  } catch {
    return Number.NaN;
  }
}
