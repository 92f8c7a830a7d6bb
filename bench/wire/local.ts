import { join } from "node:path";
import { openSink } from "../see/sink.ts";
import { type Child, startChild } from "../support/children.ts";
import type { Found } from "../support/parts.ts";
import { atLeast, atMost, say } from "../support/results.ts";
import { createTurns } from "../support/side-by-side.ts";
import type { LocalBurst, LocalSide } from "./local-child.ts";

const SIDES: readonly LocalSide[] = ["shoal", "moleculer", "moleculer-safe"];
const TITLES: Readonly<Record<LocalSide, string>> = {
  shoal: "Shoal: validated, copied",
  moleculer: "Moleculer: neither",
  "moleculer-safe": "Moleculer, its validation and a deep copy added",
};
const IN_FLIGHT = [1, 32] as const;
const WARM_UP_MS = 1_500;
const BURST_MS = 300;
const BURSTS_OF_ROUND = 6;

/** A call from one service to another in the same process. */
export async function measureLocal(rounds: number): Promise<Found> {
  const read = new Map(IN_FLIGHT.map((inFlight) => [inFlight as number, createTurns<LocalSide, LocalBurst>(SIDES)]));
  const turnsOf = (inFlight: number) => {
    const turns = read.get(inFlight);
    if (!turns) throw new Error(`no turns at ${inFlight}`);
    return turns;
  };
  const sink = await openSink();
  const env = { SHOAL_CONTROL: sink.url, SHOAL_REALM: "production", SHOAL_SERVICE: "quotes" };
  try {
    for (let round = 1; round <= rounds; round += 1) {
      await using stack = new AsyncDisposableStack();
      const children = new Map<LocalSide, Child<object>>();
      for (const name of SIDES) {
        const child = await startChild<object>(join(import.meta.dirname, "local-child.ts"), {
          parameters: [name],
          env,
        });
        children.set(name, stack.use(child));
        await child.ask({ inFlight: 32, ms: WARM_UP_MS });
      }
      const ask = (name: LocalSide, question: object) => {
        const child = children.get(name);
        if (!child) throw new Error(`no side ${name}`);
        return child.ask<LocalBurst>(question);
      };
      for (let burst = 1; burst <= BURSTS_OF_ROUND; burst += 1) {
        for (const inFlight of IN_FLIGHT) {
          await turnsOf(inFlight).take((name) => ask(name, { inFlight, ms: BURST_MS }));
        }
      }
      const line = SIDES.map((name) => `${name} ${Math.round(turnsOf(1).readings(name).at(-1)?.perSecond ?? 0)}/s`);
      say(`local, round ${round}: ${line.join(", ")}`);
    }
  } finally {
    sink.close();
  }
  const times = (inFlight: number, peer: LocalSide) =>
    turnsOf(inFlight).middleOfTurns((turn) => turn.shoal.perSecond / turn[peer].perSecond);
  const sockets = turnsOf(1).middle("shoal", ({ sockets }) => sockets);
  return {
    results: [
      atLeast("local typed call, vs Moleculer's local call", times(1, "moleculer"), 0.6, "x"),
      atLeast("the same, with its validation and a deep copy added", times(1, "moleculer-safe"), 1.5, "x"),
      atLeast("local typed call, 32 in flight, vs Moleculer's local call", times(32, "moleculer"), 0.6, "x"),
      atLeast("the same, with its validation and a deep copy added", times(32, "moleculer-safe"), 1.5, "x"),
      atMost("sockets that local calls hold open", sockets, 0, ""),
    ],
    tables: [
      {
        title: "A call within one process, 100 bytes each way",
        note: "The deep copy added to Moleculer is JSON there and back, of the parameters and of the reply.",
        columns: ["side", "in flight", "calls/s", "CPU µs"],
        rows: SIDES.flatMap((name) =>
          IN_FLIGHT.map((inFlight) => [
            TITLES[name],
            inFlight,
            Math.round(turnsOf(inFlight).middle(name, ({ perSecond }) => perSecond)),
            turnsOf(inFlight)
              .middle(name, ({ cpuUs }) => cpuUs)
              .toFixed(2),
          ]),
        ),
      },
    ],
  };
}
