import { openSink, type Sink } from "../see/sink.ts";
import type { Found, Table } from "../support/parts.ts";
import { atLeast, atMost, median, noted, type Result, say } from "../support/results.ts";
import { createTurns, type Turns } from "../support/side-by-side.ts";
import { type Pair, type PairBurst, startPair } from "./pair.ts";
import { SIDE_NAMES, type SideName, TITLES } from "./side.ts";

const CALL_SIDES = SIDE_NAMES.filter((name) => name !== "net");
const TCP_PEERS = ["moleculer", "nest"] as const;
const OTHER_PEERS = ["grpc", "connect", "trpc", "fastify"] as const;
const IN_FLIGHT = [1, 32, 256] as const;
/** Calls a second of the open loads: what all sides can take, and what only the fast ones can. */
const OPEN_ALL = 1_500;
const OPEN_FAST = 15_000;
const FAST_SIDES = ["shoal", ...TCP_PEERS] as const;

const BURST_MS = 500;
const BURSTS_OF_ROUND = 3;
const OPEN_MS = 1_500;

type Closed = ReadonlyMap<number, Turns<SideName, PairBurst>>;
type Open = Turns<SideName, PairBurst>;

/**
 * Typed calls between two processes on two cores, each side in processes of its own that are started anew in each
 * round. The sides take turns in short bursts, and a ratio is taken within one turn; the middle of the ratios counts.
 */
export async function measureTyped(rounds: number): Promise<Found> {
  const closed: Closed = new Map(IN_FLIGHT.map((inFlight) => [inFlight, createTurns<SideName, PairBurst>(CALL_SIDES)]));
  const openAll: Open = createTurns<SideName, PairBurst>(CALL_SIDES);
  const openFast: Open = createTurns<SideName, PairBurst>(FAST_SIDES);
  const sink = await openSink();
  try {
    for (let round = 1; round <= rounds; round += 1) {
      await using sides = await startSides(sink);
      for (let burst = 1; burst <= BURSTS_OF_ROUND; burst += 1) {
        for (const inFlight of IN_FLIGHT) {
          await closed.get(inFlight)?.take((name) => sides.load(name, { inFlight, ms: BURST_MS }));
          say(`typed, round ${round}, ${inFlight} in flight: ${lineOf(closed.get(inFlight))}`);
        }
      }
      await openAll.take((name) => sides.load(name, { perSecond: OPEN_ALL, ms: OPEN_MS }));
      await openFast.take((name) => sides.load(name, { perSecond: OPEN_FAST, ms: OPEN_MS }));
      say(`typed, round ${round}, ${OPEN_ALL}/s: ${lineOf(openAll)}`);
      say(`typed, round ${round}, ${OPEN_FAST}/s: ${lineOf(openFast, FAST_SIDES)}`);
    }
  } finally {
    sink.close();
  }
  return {
    results: [...resultsOf(closed), ...latencyResults(closed, openFast)],
    tables: [closedTable(closed), openTable(openAll, OPEN_ALL, CALL_SIDES), openTable(openFast, OPEN_FAST, FAST_SIDES)],
  };
}

async function startSides(sink: Sink) {
  await using stack = new AsyncDisposableStack();
  const pairs = new Map<SideName, Pair>();
  for (const name of CALL_SIDES) pairs.set(name, stack.use(await startPair(name, sink)));
  for (const pair of pairs.values()) await pair.warmUp();
  const owned = stack.move();
  return {
    load(name: SideName, question: Parameters<Pair["load"]>[0]) {
      const pair = pairs.get(name);
      if (!pair) throw new Error(`no side ${name}`);
      return pair.load(question);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The rate of the fastest of some sides in one turn. */
function best(turn: Readonly<Record<SideName, PairBurst>>, names: readonly SideName[]): number {
  return Math.max(...names.map((name) => turn[name].perSecond));
}

function resultsOf(closed: Closed): readonly Result[] {
  /** Nothing, when a call failed: a rate with failures in it is none. */
  const times = (inFlight: number, peers: readonly SideName[]) =>
    closed
      .get(inFlight)
      ?.middleOfTurns((turn) => (turn.shoal.failed > 0 ? 0 : turn.shoal.perSecond / best(turn, peers))) ?? Number.NaN;
  /** What a busy machine changes least. */
  const both = ({ callerUs, providerUs }: PairBurst) => callerUs + providerUs;
  const cpu = (inFlight: number) =>
    closed
      .get(inFlight)
      ?.middleOfTurns((turn) => both(turn.shoal) / Math.min(...TCP_PEERS.map((name) => both(turn[name])))) ??
    Number.NaN;
  return [
    atLeast("typed call, 32 in flight, vs the faster of Moleculer TCP and NestJS TCP", times(32, TCP_PEERS), 1.6, "x"),
    atLeast("typed call, 256 in flight, vs the faster of the two", times(256, TCP_PEERS), 2, "x"),
    atLeast(
      "typed call, 32 in flight, vs the fastest of gRPC, Connect, tRPC, Fastify + undici",
      times(32, OTHER_PEERS),
      3,
      "x",
    ),
    atLeast("typed call, 256 in flight, vs the fastest of these four", times(256, OTHER_PEERS), 3, "x"),
    noted("CPU of both processes, 32 in flight, vs the less of Moleculer and NestJS", cpu(32), "x"),
    noted("CPU of both processes, 256 in flight, vs the less of the two", cpu(256), "x"),
  ];
}

function latencyResults(closed: Closed, openFast: Open): readonly Result[] {
  const ratio = (turn: Readonly<Record<SideName, PairBurst>>) =>
    turn.shoal.failed > 0
      ? Number.POSITIVE_INFINITY
      : turn.shoal.p99Us / Math.min(...TCP_PEERS.map((name) => turn[name].p99Us));
  return [
    atMost("p99 at 32 in flight, vs the better of the two", closed.get(32)?.middleOfTurns(ratio) ?? Number.NaN, 1, "x"),
    atMost(`p99 at ${OPEN_FAST} calls/s (open load), vs the better of the two`, openFast.middleOfTurns(ratio), 1, "x"),
  ];
}

function closedTable(closed: Closed): Table {
  const rows = CALL_SIDES.flatMap((name) =>
    IN_FLIGHT.map((inFlight) => {
      const turns = closed.get(inFlight);
      if (!turns) throw new Error(`no turns at ${inFlight}`);
      return [TITLES[name], inFlight, ...cellsOf(turns, name)];
    }),
  );
  return {
    title: "Typed calls between two processes, 100 bytes each way",
    note: "The middle of all bursts. CPU in µs for each call, of the calling and the called process; both may use more than a core's worth of time, for a garbage collector and a compiler of their own.",
    columns: ["side", "in flight", "calls/s", "CPU caller", "CPU callee", "p50 µs", "p99 µs", "failed"],
    rows,
  };
}

function openTable(turns: Open, perSecond: number, names: readonly SideName[]): Table {
  return {
    title: `Latency at ${perSecond.toLocaleString("en-US")} calls a second (open load)`,
    note: "Calls arrive by chance at that rate; a latency counts from when its call was to begin. The caller looks at the clock in every turn of its loop, so that its CPU time says nothing and is left out.",
    columns: ["side", "calls/s", "CPU callee", "p50 µs", "p99 µs", "failed"],
    rows: names.map((name) => {
      const [rate, , callee, ...rest] = cellsOf(turns, name);
      return [TITLES[name], rate ?? "", callee ?? "", ...rest];
    }),
  };
}

function cellsOf(turns: Open, name: SideName): (string | number)[] {
  const middle = (of: (burst: PairBurst) => number) => turns.middle(name, of);
  const failed = median(turns.readings(name).map(({ failed, calls }) => failed / calls));
  return [
    Math.round(middle(({ perSecond }) => perSecond)),
    middle(({ callerUs }) => callerUs).toFixed(1),
    middle(({ providerUs }) => providerUs).toFixed(1),
    Math.round(middle(({ p50Us }) => p50Us)),
    Math.round(middle(({ p99Us }) => p99Us)),
    `${(failed * 100).toFixed(failed > 0 && failed < 0.1 ? 1 : 0)} %`,
  ];
}

function lineOf(turns: Open | undefined, names: readonly SideName[] = CALL_SIDES): string {
  return names
    .map((name) => {
      const last = turns?.readings(name).at(-1);
      if (!last) return name;
      return `${name} ${Math.round(last.perSecond)}/s${last.failed > 0 ? ` (${last.failed} failed: ${last.why})` : ""}`;
    })
    .join(", ");
}
