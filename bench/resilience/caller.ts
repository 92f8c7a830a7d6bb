// One side: makes as many calls as its parent asks for, 32 in flight, and tells what they cost it.
import { openSide, type SideName } from "./sides.ts";

export const IN_FLIGHT = 32;

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
process.on("message", ({ calls }: { readonly calls: number }) => {
  void (calls === 0 ? Promise.resolve(held()) : burst(calls)).then((answer) => process.send?.(answer));
});
process.send?.("ready");
