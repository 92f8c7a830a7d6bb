import { CALL_DEFAULTS } from "shoal";
import { ms, type Notes, type SocketScenario } from "../scenario.ts";
import { addressesOf } from "./rig/addresses-of.ts";
import { type Callers, type Load, WIRES } from "./rig/rig.ts";
import { wallMs } from "./rig/wall-clock.ts";
import { withRig } from "./rig/with-rig.ts";

/** Two time constants of a peak average: what was slow only because all processes started at once is forgotten. */
const WELL_MS = 20_000;
/** On each wire. */
const CLIENTS = 2;
const LOAD = { perSecond: 25 * CLIENTS, forMs: WELL_MS + 20_000 };
/** Of the time before, in ms: in the first seconds code is compiled. */
const MEASURED_MS = 10_000;
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
    const each = { clients: CLIENTS, processes: CLIENTS };
    const addresses = addressesOf([proxy, ...others]);
    const wires = await Promise.all(
      WIRES.map(async ([wire, name]) => ({ name, callers: await rig.callers(addresses, { ...each, wire }) })),
    );
    await Promise.all(wires.map(({ callers }) => callers.warm()));
    const hole = rig.pause(WELL_MS).then(async () => {
      await proxy.ask("become", "black-hole");
      return wallMs();
    });
    const loads = await Promise.all(wires.map(({ callers }) => callers.load(LOAD)));
    const holeMs = await hole;
    const { host } = new URL(proxy.address);
    for (const [index, { name, callers }] of wires.entries()) {
      const load = loads[index];
      if (load) await judge({ name, callers, load, host, holeMs }, measure);
    }
  }),
};

interface Holed {
  /** Of the wire. */
  readonly name: string;
  readonly callers: Callers;
  readonly load: Load;
  readonly host: string;
  /** When it began, in ms of the wall clock. */
  readonly holeMs: number;
}

async function judge({ name, callers, load, host, holeMs }: Holed, measure: Notes["measure"]): Promise<void> {
  const { tally, startMs } = load;
  const healthyP99 = tally.latencyMs(0.99, { fromMs: MEASURED_MS, toMs: holeMs - startMs - 100 });
  const p99 = tally.latencyMs(0.99, { fromMs: holeMs - startMs });
  measure(
    `p99 <= an attempt + p99 before, ${name}`,
    `${ms(p99)}, ${ms(healthyP99)} before`,
    p99 <= attemptMs + healthyP99,
  );
  const longest = tally.latencyMs(1, { fromMs: holeMs - startMs });
  measure(`no call waits for it twice, ${name}`, `${ms(longest)} at most`, longest < 2 * attemptMs);
  let first = 0;
  let later = 0;
  for (const process of callers.processes) {
    const { requestsMs = [] } = (await process.ask("traffic")).get(host) ?? {};
    const sentMs = requestsMs.filter((atMs) => atMs >= holeMs);
    const knownMs = (sentMs[0] ?? 0) + attemptMs;
    first = Math.max(first, sentMs.filter((atMs) => atMs < knownMs).length);
    later = Math.max(later, sentMs.filter((atMs) => atMs >= knownMs).length);
  }
  measure(
    `ejected after <= 5 requests of a client, ${name}`,
    `${first} before it was known, ${later} after`,
    first + later <= 5,
  );
  measure(`calls that fail: 0, ${name}`, `${tally.failed()} of ${tally.calls()}`, tally.failed() === 0);
}
