import { percent, type SocketScenario } from "../scenario.ts";
import { addressesOf } from "./rig/addresses-of.ts";
import { type Callers, type Rig, WIRES } from "./rig/rig.ts";
import { withRig } from "./rig/with-rig.ts";

const CLIENTS = 100;
const PROCESSES = 4;
/** Clients of a process. */
const EACH = CLIENTS / PROCESSES;
const BUCKET_MS = 25;

/** A hundred clients, half of them on each wire, all of whose calls fail at the same instant, as often as they try. */
export const retryJitter: SocketScenario = {
  number: 3,
  title: "retry jitter: 100 clients fail at the same instant",
  comparable: "undici: 400 requests in 4 waves of 100",
  beside: "none",
  timed: true,
  run: withRig(async (rig, { measure }) => {
    const [waves, others] = await Promise.all([wavesOf(rig, "shoal"), wavesOf(rig, "retry-agent")]);
    for (const [index, wave] of waves.entries()) {
      const fullest = fullestBucket(wave) / wave.length;
      const retries = `${wave.length} retries`;
      measure(
        `fullest 25 ms of retry wave ${index + 1} <= 25%`,
        `${percent(fullest, 0)} of ${retries}`,
        fullest <= 0.25,
      );
    }
    measure("retries are made", `${waves.length} waves`, waves.length === 2);
    const worst = Math.max(...others.map((wave) => fullestBucket(wave) / wave.length));
    measure("control: undici's retries", `${percent(worst, 0)} of a wave`, worst > 0.25);
  }),
};

/** When the first retries of all were sent, when the second, and so on, in ms. */
async function wavesOf(rig: Rig, kind: "shoal" | "retry-agent"): Promise<readonly (readonly number[])[]> {
  const leaves = await rig.leaves(1, {}, { queueDelayMsMax: 60_000 });
  const half = { clients: CLIENTS / 2, processes: PROCESSES / 2, ...(kind === "shoal" ? {} : { kind }) };
  const halves = await Promise.all(WIRES.map(([wire]) => rig.callers(addressesOf(leaves), { ...half, wire })));
  await Promise.all(halves.map((callers) => callers.warm()));
  await leaves[0]?.ask("behave", { failsTogether: CLIENTS });
  const together = async (callers: Callers) => {
    const { startMs } = await callers.load({ perSecond: CLIENTS / 2, forMs: 1_000, arrivals: "together" });
    return sentBy(callers, startMs);
  };
  const sent = (await Promise.all(halves.map(together))).flat();
  const waves: number[][] = [];
  for (const [atMs, retry] of sent) {
    if (retry === 0) continue;
    waves[retry - 1] ??= [];
    waves[retry - 1]?.push(atMs);
  }
  return waves;
}

/** All requests from then on, each with how many retries there were before it. */
async function sentBy(
  { processes }: Callers,
  fromMs: number,
): Promise<readonly (readonly [atMs: number, retry: number])[]> {
  const all = await Promise.all(processes.map((process) => process.ask("traffic")));
  return all.flatMap((traffic) =>
    [...traffic.values()].flatMap(({ requestsMs, attempts }) => {
      const first = requestsMs.findIndex((atMs) => atMs >= fromMs);
      // undici does not say which attempt it is, and makes those of a process all together
      const retryOf = (index: number) => (attempts[index] ?? Math.floor((index - first) / EACH) + 1) - 1;
      return requestsMs.map((atMs, index) => [atMs, index < first ? 0 : retryOf(index)] as const);
    }),
  );
}

/** The most of them within any 25 ms, wherever these begin. */
function fullestBucket(wave: readonly number[]): number {
  const sorted = wave.toSorted((left, right) => left - right);
  return Math.max(...sorted.map((fromMs) => sorted.filter((ms) => ms >= fromMs && ms < fromMs + BUCKET_MS).length));
}
