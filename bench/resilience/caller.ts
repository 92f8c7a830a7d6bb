// One side: makes as many calls as its parent asks for, 32 in flight or one now and then, and tells what they cost it.
import { setTimeout as pause } from "node:timers/promises";
import { median } from "../support/results.ts";
import { openSide, type SideName } from "./sides.ts";

export const IN_FLIGHT = 32;
const PAUSE_MS = 2;

const [side = "undici", ...addresses] = process.argv.slice(2);
const call = await openSide(side as SideName, addresses);

async function burst(calls: number) {
  const before = process.cpuUsage();
  const startMs = performance.now();
  let left = calls;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const { user, system } = process.cpuUsage(before);
  return { cpuUs: (user + system) / calls, perSecond: calls / ((performance.now() - startMs) / 1_000) };
}

/** One at a time, each after a pause: what somebody waits who calls now and then. */
async function paced(calls: number) {
  const tookUs: number[] = [];
  while (tookUs.length < calls) {
    await pause(PAUSE_MS);
    const startMs = performance.now();
    await call();
    tookUs.push((performance.now() - startMs) * 1_000);
  }
  return { p50Us: median(tookUs) };
}

/** What may grow, once the collector has run. */
function held() {
  globalThis.gc?.();
  const resources = process.getActiveResourcesInfo();
  const count = (kind: RegExp) => resources.filter((name) => kind.test(name)).length;
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return {
    heapMib: process.memoryUsage().heapUsed / 2 ** 20,
    sockets: count(/^TCPSocketWrap$/),
    timers: count(/^Timeout$/),
    listeners,
  };
}

process.on("disconnect", () => process.exit());
process.on("message", ({ calls, isPaced }: { readonly calls: number; readonly isPaced: boolean }) => {
  const answer = calls === 0 ? Promise.resolve(held()) : isPaced ? paced(calls) : burst(calls);
  void answer.then((told) => process.send?.(told));
});
process.send?.("ready");
