import { join } from "node:path";
import { openSink } from "../see/sink.ts";
import { type Child, startChild } from "../support/children.ts";
import type { Burst } from "../support/load.ts";
import type { Found } from "../support/parts.ts";
import { atLeast, say } from "../support/results.ts";
import { createTurns } from "../support/side-by-side.ts";
import { LEVELS } from "./levels.ts";

const FRAMEWORKS = ["fastify", "hono", "express", "nest"] as const;
const SIDES: readonly string[] = [
  "shoal observed",
  "node bare",
  ...FRAMEWORKS.flatMap((name) => LEVELS.map((level) => `${name} ${level}`)),
];
const CONNECTIONS = 32;
const WARM_UP_REQUESTS = 15_000;
const WARM_UP_TIMES_MAX = 8;
const BURST_MS = 400;
const BURSTS_OF_ROUND = 4;

interface Served extends Burst {
  readonly serverUs: number;
}

/** A server alone on a core: requests a second and its CPU time for each, sent by a process that costs less than it. */
export async function measureServers(rounds: number): Promise<Found> {
  const turns = createTurns<string, Served>(SIDES);
  const sink = await openSink();
  const env = { SHOAL_CONTROL: sink.url, SHOAL_REALM: "production", SHOAL_SERVICE: "quotes", BENCH_SINK: sink.url };
  try {
    for (let round = 1; round <= rounds; round += 1) {
      await using stack = new AsyncDisposableStack();
      const loader = stack.use(await startChild<object>(join(import.meta.dirname, "loader-child.ts")));
      const servers = new Map<string, Child<string>>();
      const burst = async (name: string) => {
        const server = servers.get(name);
        if (!server) throw new Error(`no server ${name}`);
        const before = await server.ask<number>({});
        const port = Number(new URL(server.ready).port);
        const load = await loader.ask<Burst>({ port, connections: CONNECTIONS, ms: BURST_MS, path: "/quotes" });
        if (load.failed > 0) throw new Error(`${name}: ${load.failed} of ${load.calls} requests failed: ${load.why}`);
        return { ...load, serverUs: ((await server.ask<number>({})) - before) / load.calls };
      };
      for (const name of SIDES) {
        const file = join(import.meta.dirname, "server-child.ts");
        servers.set(name, stack.use(await startChild<string>(file, { parameters: name.split(" "), env })));
        let requests = 0;
        for (let time = 0; time < WARM_UP_TIMES_MAX && requests < WARM_UP_REQUESTS; time += 1) {
          requests += (await burst(name)).calls;
        }
      }
      for (let number = 1; number <= BURSTS_OF_ROUND; number += 1) await turns.take(burst);
      const line = SIDES.map((name) => `${name} ${Math.round(turns.readings(name).at(-1)?.perSecond ?? 0)}/s`);
      say(`servers, round ${round}: ${line.join(", ")}`);
    }
  } finally {
    sink.close();
  }
  const times = (peer: string) =>
    turns.middleOfTurns((turn) => (turn["shoal observed"]?.perSecond ?? 0) / (turn[peer]?.perSecond ?? Number.NaN));
  return {
    results: [
      atLeast("HTTP server: requests/s, vs bare node:http", times("node bare"), 0.85, "x"),
      atLeast("HTTP server, vs Fastify with validation and telemetry", times("fastify observed"), 1, "x"),
    ],
    tables: [
      {
        title: `HTTP servers, ${CONNECTIONS} connections, POST of 100 bytes answered with 100`,
        note: "Shoal always validates, records and protects itself. Validation of the others: Fastify's own schemas, @hono/zod-validator, zod, ValidationPipe. Telemetry: OpenTelemetry's instrumentation of node:http, one trace in a thousand sampled, durations as metrics.",
        columns: ["server", "requests/s", "vs bare node:http", "CPU µs", "p50 µs", "p99 µs"],
        rows: SIDES.map((name) => [
          name,
          Math.round(turns.middle(name, ({ perSecond }) => perSecond)),
          turns
            .middleOfTurns((turn) => (turn[name]?.perSecond ?? 0) / (turn["node bare"]?.perSecond ?? Number.NaN))
            .toFixed(2),
          turns.middle(name, ({ serverUs }) => serverUs).toFixed(1),
          Math.round(turns.middle(name, ({ p50Us }) => p50Us)),
          Math.round(turns.middle(name, ({ p99Us }) => p99Us)),
        ]),
      },
    ],
  };
}
