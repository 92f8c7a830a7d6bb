import { join } from "node:path";
import { openSink } from "../see/sink.ts";
import { type Child, startChild } from "../support/children.ts";
import type { Burst } from "../support/load.ts";
import type { Found } from "../support/parts.ts";
import { atLeast, noted, say } from "../support/results.ts";
import { createTurns } from "../support/side-by-side.ts";
import { CLIENTS, type ClientName } from "./client-sides.ts";

const IN_FLIGHT = 32;
const WARM_UP_CALLS = 20_000;
const WARM_UP_TIMES_MAX = 6;
const BURST_MS = 500;
const BURSTS_OF_ROUND = 6;

/** A client alone on a core: calls a second and its CPU time for each, to a server that costs less than it. */
export async function measureClients(rounds: number): Promise<Found> {
  const names = Object.keys(CLIENTS) as ClientName[];
  const turns = createTurns<ClientName, Burst>(names);
  const sink = await openSink();
  // This is about HTTP: what the mux wire makes of it is measured by `npm run bench -- wire`.
  const env = { SHOAL_CONTROL: sink.url, SHOAL_REALM: "production", SHOAL_SERVICE: "desk", SHOAL_MUX: "off" };
  try {
    for (let round = 1; round <= rounds; round += 1) {
      await using stack = new AsyncDisposableStack();
      const target = stack.use(await startChild<string>(join(import.meta.dirname, "target-child.ts")));
      const clients = new Map<ClientName, Child<object>>();
      const burst = async (name: ClientName) => {
        const load = await clients.get(name)?.ask<Burst>({ inFlight: IN_FLIGHT, ms: BURST_MS });
        if (!load || load.failed > 0) throw new Error(`${name}: ${load?.failed} calls failed: ${load?.why}`);
        return load;
      };
      for (const name of names) {
        const parameters = [name, target.ready];
        const file = join(import.meta.dirname, "client-child.ts");
        clients.set(name, stack.use(await startChild<object>(file, { parameters, env })));
        let calls = 0;
        for (let time = 0; time < WARM_UP_TIMES_MAX && calls < WARM_UP_CALLS; time += 1) {
          calls += (await burst(name)).calls;
        }
      }
      for (let number = 1; number <= BURSTS_OF_ROUND; number += 1) await turns.take(burst);
      const line = names.map((name) => `${name} ${Math.round(turns.readings(name).at(-1)?.perSecond ?? 0)}/s`);
      say(`clients, round ${round}: ${line.join(", ")}`);
    }
  } finally {
    sink.close();
  }
  const times = (name: ClientName, peer: ClientName) =>
    turns.middleOfTurns((turn) => turn[name].perSecond / turn[peer].perSecond);
  return {
    results: [
      atLeast("HTTP client: calls/s of use(), vs bare undici", times("shoal", "undici"), 0.85, "x"),
      atLeast("HTTP client, vs global fetch", times("shoal", "fetch"), 3, "x"),
      noted("HTTP client, vs undici with cockatiel's wrap of five policies", times("shoal", "cockatiel"), "x"),
      noted("HTTP client, vs got", times("shoal", "got"), "x"),
    ],
    tables: [
      {
        title: `HTTP clients, ${IN_FLIGHT} calls in flight, POST of 100 bytes answered with 100`,
        note: "The server is bare TCP that says the same whatever it is sent. Every client makes the JSON of its request and parses that of its reply; use() also validates both.",
        columns: ["client", "calls/s", "vs bare undici", "CPU µs", "p50 µs", "p99 µs"],
        rows: names.map((name) => [
          CLIENTS[name],
          Math.round(turns.middle(name, ({ perSecond }) => perSecond)),
          times(name, "undici").toFixed(2),
          turns.middle(name, ({ cpuUs }) => cpuUs).toFixed(1),
          Math.round(turns.middle(name, ({ p50Us }) => p50Us)),
          Math.round(turns.middle(name, ({ p99Us }) => p99Us)),
        ]),
      },
    ],
  };
}
