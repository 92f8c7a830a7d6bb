import { join } from "node:path";
import { openSink, type Sink } from "../see/sink.ts";
import { type Child, startChild } from "../support/children.ts";
import type { Burst } from "../support/load.ts";
import type { Found } from "../support/parts.ts";
import { noted, say } from "../support/results.ts";
import { createTurns } from "../support/side-by-side.ts";
import { type SideName, TITLES } from "../wire/side.ts";

const SIDES = ["shoal", "shoal-http", "moleculer", "nest", "fastify"] as const;
type ChainSide = (typeof SIDES)[number];
const LINKS = 5;
const IN_FLIGHT = [1, 32] as const;
const WARM_UP_CALLS = 6_000;
const WARM_UP_TIMES_MAX = 10;
const BURST_MS = 500;
const BURSTS_OF_ROUND = 3;

interface ChainBurst extends Burst {
  /** CPU time of all processes for each chain of calls. */
  readonly allUs: number;
}

/** A call that makes a call, five deep: six processes on two cores. */
export async function measureChain(rounds: number): Promise<Found> {
  const read = IN_FLIGHT.map((inFlight) => ({ inFlight, turns: createTurns<ChainSide, ChainBurst>(SIDES) }));
  const sink = await openSink();
  try {
    for (let round = 1; round <= rounds; round += 1) {
      await using stack = new AsyncDisposableStack();
      const chains = new Map<SideName, Chain>();
      for (const name of SIDES) {
        const chain = stack.use(await startChain(name, sink));
        chains.set(name, chain);
        let calls = 0;
        for (let time = 0; calls < WARM_UP_CALLS && time < WARM_UP_TIMES_MAX; time += 1) {
          calls += (await chain.load(32)).calls;
        }
      }
      for (let burst = 1; burst <= BURSTS_OF_ROUND; burst += 1) {
        for (const { inFlight, turns } of read) {
          await turns.take(async (name) => {
            const chain = chains.get(name);
            if (!chain) throw new Error(`no chain of ${name}`);
            return chain.load(inFlight);
          });
        }
      }
      say(`chain, round ${round}: done`);
    }
  } finally {
    sink.close();
  }
  const [one, many] = read.map(({ turns }) => turns);
  const times = (of: typeof one, value: (burst: ChainBurst) => number) =>
    of?.middleOfTurns((turn) => value(turn.shoal) / value(turn.moleculer)) ?? Number.NaN;
  return {
    results: [
      noted(
        "chain of 5 calls, 32 in flight: chains/s, vs Moleculer TCP",
        times(many, ({ perSecond }) => perSecond),
        "x",
      ),
      noted(
        "chain of 5 calls, one at a time: p50, vs Moleculer TCP",
        times(one, ({ p50Us }) => p50Us),
        "x",
      ),
    ],
    tables: [
      {
        title: "A chain of 5 typed calls, each made by the handler of the one before: six processes on two cores",
        note: "CPU µs of all processes together for a whole chain.",
        columns: ["side", "in flight", "chains/s", "CPU µs", "p50 µs", "p99 µs", "failed"],
        rows: SIDES.flatMap((name) =>
          read.map(({ inFlight, turns }) => [
            TITLES[name],
            inFlight,
            Math.round(turns.middle(name, ({ perSecond }) => perSecond)),
            Math.round(turns.middle(name, ({ allUs }) => allUs)),
            Math.round(turns.middle(name, ({ p50Us }) => p50Us)),
            Math.round(turns.middle(name, ({ p99Us }) => p99Us)),
            turns.readings(name).reduce((sum, { failed }) => sum + failed, 0),
          ]),
        ),
      },
    ],
  };
}

interface Chain extends AsyncDisposable {
  readonly load: (inFlight: number) => Promise<ChainBurst>;
}

async function startChain(name: ChainSide, sink: Sink): Promise<Chain> {
  await using stack = new AsyncDisposableStack();
  const shared = { SHOAL_CONTROL: sink.url, SHOAL_REALM: "production", SHOAL_SERVICE: "quotes" };
  const env = name === "shoal-http" ? { ...shared, SHOAL_MUX: "off" } : shared;
  const links: Child<string>[] = [];
  for (let index = LINKS; index >= 1; index -= 1) {
    const next = links.at(-1)?.ready;
    const parameters = next === undefined ? [name] : [name, next];
    const own = { ...env, SHOAL_INSTANCE: `quotes-${index}` };
    links.push(
      stack.use(await startChild<string>(join(import.meta.dirname, "chain-child.ts"), { parameters, env: own })),
    );
  }
  const file = join(import.meta.dirname, "../wire/caller.ts");
  const caller = stack.use(await startChild<object>(file, { parameters: [name, links.at(-1)?.ready ?? ""], env }));
  const owned = stack.move();
  const cpuUs = async () => {
    const each = await Promise.all(links.map((link) => link.ask<number>({})));
    return each.reduce((sum, us) => sum + us, 0);
  };
  return {
    async load(inFlight) {
      const before = await cpuUs();
      const burst = await caller.ask<Burst>({ inFlight, ms: BURST_MS, bytes: 100 });
      return { ...burst, allUs: ((await cpuUs()) - before) / burst.calls + burst.cpuUs };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
