import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { type LaunchSetting, warmUpSpecOf } from "./launch.ts";
import { spawnProcess } from "./spawn-process.ts";

/** Fewer processes than this lose less time by a cold cache than filling it first would take. */
const PROCESSES_MIN = 3;
/** A machine so busy that loading takes longer is not helped by it; in ms. */
const WARM_UP_MS = 5_000;

/**
 * Fills Node's compile cache of the fleet once, before its first start. Without it, 40 processes that start at once
 * each compile the same hundred modules, and each writes them at its end: on two cores 7 s to be ready and 8 s to
 * stop, against 3 s and 0.5 s. Never rejects: a cache is only a cache.
 */
export async function warmCompileCache(setting: LaunchSetting, processes: number, clock: Clock): Promise<void> {
  const ownCache = setting.env["NODE_COMPILE_CACHE"] !== undefined;
  if (processes < PROCESSES_MIN || ownCache || setting.env["NODE_DISABLE_COMPILE_CACHE"]) return;
  const marker = join(setting.stateFolder, "compile-cache", "warm");
  const version = `${process.version} ${import.meta.url}\n`;
  if (read(marker) === version) return;
  const ended = Promise.withResolvers<void>();
  const nothing = () => {};
  const child = spawnProcess(
    warmUpSpecOf(setting),
    { onLine: nothing, onMessage: nothing, onEnd: ended.resolve, onExit: nothing, onError: () => ended.resolve() },
    clock,
  );
  const cancel = clock.after(WARM_UP_MS, () => child.signal("SIGKILL"));
  await ended.promise;
  cancel();
  write(marker, version);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch {
    // no folder: then there is no cache either
  }
}
