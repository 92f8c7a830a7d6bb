import { openSink, type Sink } from "../see/sink.ts";
import type { Found, Table } from "../support/parts.ts";
import { say } from "../support/results.ts";
import { createTurns, type Turns } from "../support/side-by-side.ts";
import { type Pair, type PairBurst, startPair } from "./pair.ts";
import { type SideName, TITLES } from "./side.ts";

const BURST_MS = 300;
const BURSTS_OF_ROUND = 2;

const PAYLOAD_SIDES = ["shoal", "shoal-http", "moleculer", "nest", "grpc", "fastify"] as const;
const PAYLOADS = [
  { bytes: 100, title: "100 B", inFlight: 32 },
  { bytes: 1_024, title: "1 KiB", inFlight: 32 },
  { bytes: 64 * 1_024, title: "64 KiB", inFlight: 8 },
  { bytes: 1_024 ** 2, title: "1 MiB", inFlight: 4 },
] as const;
const IN_FLIGHT = [1, 4, 16, 64, 256, 1_024] as const;
const CALLERS = [1, 2, 4] as const;
const PROVIDERS = [1, 3, 10] as const;

/** How the cost of a typed call grows: with its payload, with calls in flight, with callers and with instances. */
export async function measureGrowth(rounds: number): Promise<Found> {
  const sink = await openSink();
  try {
    return {
      results: [],
      tables: [
        await payloads(rounds, sink),
        await inFlights(rounds, sink),
        await crowds(rounds, sink, "callers"),
        await crowds(rounds, sink, "providers"),
      ],
    };
  } finally {
    sink.close();
  }
}

async function payloads(rounds: number, sink: Sink): Promise<Table> {
  const read = PAYLOADS.map((payload) => ({ payload, turns: createTurns<SideName, PairBurst>(PAYLOAD_SIDES) }));
  for (let round = 1; round <= rounds; round += 1) {
    await using sides = await startAll(PAYLOAD_SIDES, sink);
    for (const { payload, turns } of read) {
      for (let burst = 1; burst <= BURSTS_OF_ROUND; burst += 1) {
        await turns.take((name) => sides.of(name).load({ ...payload, ms: BURST_MS }));
      }
    }
    say(`growth, round ${round}: payloads done`);
  }
  return {
    title: "Cost by payload, the same size each way",
    note: "32 calls in flight up to 1 KiB, 8 at 64 KiB, 4 at 1 MiB. Each cell: calls/s, and CPU µs of both processes together for a call.",
    columns: ["side", ...PAYLOADS.map(({ title }) => title)],
    rows: PAYLOAD_SIDES.map((name) => [TITLES[name], ...read.map(({ turns }) => cell(turns, name))]),
  };
}

async function inFlights(rounds: number, sink: Sink): Promise<Table> {
  const sides = ["shoal", "shoal-http", "moleculer"] as const;
  const read = IN_FLIGHT.map((inFlight) => ({ inFlight, turns: createTurns<SideName, PairBurst>(sides) }));
  for (let round = 1; round <= rounds; round += 1) {
    await using pairs = await startAll(sides, sink);
    for (const { inFlight, turns } of read) {
      for (let burst = 1; burst <= BURSTS_OF_ROUND; burst += 1) {
        await turns.take((name) => pairs.of(name).load({ inFlight, ms: BURST_MS }));
      }
    }
    say(`growth, round ${round}: calls in flight done`);
  }
  return {
    title: "Cost by calls in flight, 100 bytes each way",
    note: "Each cell: calls/s, and CPU µs of both processes together for a call.",
    columns: ["side", ...IN_FLIGHT.map(String)],
    rows: sides.map((name) => [TITLES[name], ...read.map(({ turns }) => cell(turns, name))]),
  };
}

/** More processes than cores: what is of interest is the CPU time of a call, not the rate. */
async function crowds(rounds: number, sink: Sink, of: "callers" | "providers"): Promise<Table> {
  const sides = ["shoal", "moleculer"] as const;
  const counts = of === "callers" ? CALLERS : PROVIDERS;
  const read = counts.map((count) => ({ count, turns: createTurns<SideName, PairBurst>(sides) }));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { count, turns } of read) {
      await using pairs = await startAll(sides, sink, { [of]: count });
      for (let burst = 1; burst <= BURSTS_OF_ROUND; burst += 1) {
        const inFlight = of === "callers" ? Math.ceil(32 / count) : 32;
        await turns.take((name) => pairs.of(name).load({ inFlight, ms: BURST_MS }));
      }
    }
    say(`growth, round ${round}: ${of} done`);
  }
  return {
    title:
      of === "callers"
        ? "Cost by calling processes, 32 calls in flight in all"
        : "Cost by instances of the callee, 32 calls in flight",
    note: "Each cell: calls/s, and CPU µs of all processes together for a call. There are more processes than cores.",
    columns: ["side", ...counts.map(String)],
    rows: sides.map((name) => [TITLES[name], ...read.map(({ turns }) => cell(turns, name))]),
  };
}

async function startAll(names: readonly SideName[], sink: Sink, crowd: { callers?: number; providers?: number } = {}) {
  await using stack = new AsyncDisposableStack();
  const pairs = new Map<SideName, Pair>();
  for (const name of names) {
    const pair = stack.use(await startPair(name, sink, crowd));
    pairs.set(name, pair);
    await pair.warmUp();
  }
  const owned = stack.move();
  return {
    of(name: SideName): Pair {
      const pair = pairs.get(name);
      if (!pair) throw new Error(`no side ${name}`);
      return pair;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function cell(turns: Turns<SideName, PairBurst>, name: SideName): string {
  const rate = Math.round(turns.middle(name, ({ perSecond }) => perSecond));
  const us = turns.middle(name, ({ callerUs, providerUs }) => callerUs + providerUs);
  const failed = turns.readings(name).find(({ failed }) => failed > 0);
  const shown = `${rate.toLocaleString("en-US")}/s, ${us < 100 ? us.toFixed(1) : Math.round(us).toLocaleString("en-US")} µs`;
  return failed ? `${shown} (some failed: ${failed.why?.split(":")[0]?.split("]")[0]?.replace("[", "") ?? ""})` : shown;
}
