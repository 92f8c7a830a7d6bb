import { CALL_DEFAULTS } from "shoal";
import { ms, type SocketScenario } from "../scenario.ts";
import { addressesOf } from "./rig/addresses-of.ts";
import { wallMs } from "./rig/wall-clock.ts";
import { withRig } from "./rig/with-rig.ts";

const WELL_MS = 3_000;
const CLIENTS = 3;
const LOAD = { perSecond: 25 * CLIENTS, forMs: 20_000 };
const { attemptMs } = CALL_DEFAULTS;

/** What is sent to one of four instances does not arrive any more, and nothing comes back. */
export const blackHoledReplica: SocketScenario = {
  number: 11,
  title: "black-holed replica of 4, all defaults",
  comparable: "FailureAccrual: 5 consecutive",
  timed: true,
  run: withRig(async (rig, { measure }) => {
    const [lost, ...others] = await rig.leaves(4);
    if (!lost) throw new Error("four were started");
    const proxy = await rig.proxy(lost.address);
    // Each client in a process of its own, so that what it sent can be told from what the others did.
    const addresses = addressesOf([proxy, ...others]);
    const callers = await rig.callers(addresses, { clients: CLIENTS, processes: CLIENTS, counted: true });
    await callers.warm();
    const [{ tally, startMs }, holeMs] = await Promise.all([
      callers.load(LOAD),
      rig.pause(WELL_MS).then(async () => {
        await proxy.ask("become", "black-hole");
        return wallMs();
      }),
    ]);
    const healthyP99 = tally.latencyMs(0.99, { toMs: holeMs - startMs - 100 });
    const p99 = tally.latencyMs(0.99, { fromMs: holeMs - startMs });
    measure("p99 <= an attempt + p99 before", `${ms(p99)}, ${ms(healthyP99)} before`, p99 <= attemptMs + healthyP99);
    const longest = tally.latencyMs(1, { fromMs: holeMs - startMs });
    measure("no call waits for it twice", `${ms(longest)} at most`, longest < 2 * attemptMs);
    let first = 0;
    let later = 0;
    for (const process of callers.processes) {
      const sockets = await process.ask("sockets");
      const { requestsMs = [] } = sockets.get(new URL(proxy.address).host) ?? {};
      const sentMs = requestsMs.filter((atMs) => atMs >= holeMs);
      const knownMs = (sentMs[0] ?? 0) + attemptMs;
      first = Math.max(first, sentMs.filter((atMs) => atMs < knownMs).length);
      later = Math.max(later, sentMs.filter((atMs) => atMs >= knownMs).length);
    }
    measure(
      "ejected after <= 5 requests of a client",
      `${first} before it was known, ${later} after`,
      first + later <= 5,
    );
    measure("calls that fail: 0", `${tally.failed()} of ${tally.calls()}`, tally.failed() === 0);
  }),
};
