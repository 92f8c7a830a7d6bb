import { openSink } from "../see/sink.ts";
import type { Found } from "../support/parts.ts";
import { atMost, say } from "../support/results.ts";
import { createTurns } from "../support/side-by-side.ts";
import { type PairBurst, startPair } from "./pair.ts";
import { TITLES } from "./side.ts";

const SIDES = ["shoal", "net", "moleculer", "nest"] as const;
const BURST_MS = 300;
const BURSTS_OF_ROUND = 8;

/** One call at a time: what a call takes when nothing else is under way, beside JSON on a bare socket. */
export async function measurePing(rounds: number): Promise<Found> {
  const turns = createTurns<(typeof SIDES)[number], PairBurst>(SIDES);
  const sink = await openSink();
  try {
    for (let round = 1; round <= rounds; round += 1) {
      await using stack = new AsyncDisposableStack();
      const pairs = new Map<string, Awaited<ReturnType<typeof startPair>>>();
      for (const name of SIDES) pairs.set(name, stack.use(await startPair(name, sink)));
      for (const pair of pairs.values()) {
        await pair.warmUp();
        await pair.load({ ms: BURST_MS, inFlight: 1 });
      }
      for (let burst = 1; burst <= BURSTS_OF_ROUND; burst += 1) {
        await turns.take(async (name) => {
          const pair = pairs.get(name);
          if (!pair) throw new Error(`no side ${name}`);
          return pair.load({ inFlight: 1, ms: BURST_MS });
        });
      }
      const line = SIDES.map((name) => `${name} ${turns.readings(name).at(-1)?.p50Us.toFixed(0)} µs`).join(", ");
      say(`one at a time, round ${round}: p50 ${line}`);
    }
  } finally {
    sink.close();
  }
  const above = turns.middleOfTurns(({ shoal, net }) => shoal.p50Us - net.p50Us);
  return {
    results: [atMost("one call at a time: p50 above that of JSON on a bare socket", above, 40, "µs")],
    tables: [
      {
        title: "One call at a time",
        note: "",
        columns: ["side", "p50 µs", "p99 µs", "CPU caller", "CPU callee"],
        rows: SIDES.map((name) => [
          TITLES[name],
          turns.middle(name, ({ p50Us }) => p50Us).toFixed(0),
          turns.middle(name, ({ p99Us }) => p99Us).toFixed(0),
          turns.middle(name, ({ callerUs }) => callerUs).toFixed(1),
          turns.middle(name, ({ providerUs }) => providerUs).toFixed(1),
        ]),
      },
    ],
  };
}
