import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Child, startChild } from "../support/children.ts";
import type { Burst } from "../support/load.ts";
import type { Found } from "../support/parts.ts";
import { atMost, noted, type Result, say } from "../support/results.ts";
import { createTurns, type Turns } from "../support/side-by-side.ts";
import { QUOTE } from "./quotes-service.ts";
import { openSink, type Sink } from "./sink.ts";

/**
 * Until the compiler has nothing left to do: what it does counts as CPU time too, and after 2 s of load it still does.
 * That was as much as production sampling may cost, three times over.
 */
const WARM_UP_MS = 5_000;
/** Short, so that all sides of a turn meet the same machine; but the system counts CPU time in steps of some ms. */
const BURST_MS = 800;
const MEMORY_REQUESTS = 20_000;
const MEMORY_WARM_UP_BURSTS = 4;
const TURNS_OF_ROUND = 4;
const CONNECTIONS = 16;
/** What was recorded last is exported within this time, and belongs to the cost. */
const SETTLE_MS = 700;

/** One server process: which, and how it is told what to record. */
interface Side {
  readonly name: string;
  readonly file: string;
  readonly env: (sink: Sink) => NodeJS.ProcessEnv;
}

const SERVICE = "cost-service.ts";
const HTTP = "cost-http.cjs";
const MEMORY = "cost-memory.ts";
const OFF = ({ url }: Sink) => ({ SHOAL_CONTROL: url, OTEL_SDK_DISABLED: "true" });
/** What else a realm of that name may change. */
const OFF_AS_PRODUCTION = (sink: Sink) => ({ ...OFF(sink), SHOAL_REALM: "production" });
const ALL = ({ url }: Sink) => ({ SHOAL_CONTROL: url, SHOAL_SAMPLING: "all" });
const PRODUCTION = ({ url }: Sink) => ({ SHOAL_CONTROL: url, SHOAL_REALM: "production" });
const SIDES = [
  { name: "off in memory", file: MEMORY, env: OFF },
  { name: "off in memory again", file: MEMORY, env: OFF },
  { name: "all in memory", file: MEMORY, env: ALL },
  { name: "production in memory", file: MEMORY, env: PRODUCTION },
  { name: "off", file: SERVICE, env: OFF },
  { name: "off again", file: SERVICE, env: OFF },
  { name: "off as production", file: SERVICE, env: OFF_AS_PRODUCTION },
  { name: "all", file: SERVICE, env: ALL },
  { name: "production", file: SERVICE, env: PRODUCTION },
  { name: "http", file: HTTP, env: () => ({}) },
  { name: "instrumented", file: HTTP, env: ({ url }) => ({ COST_INSTRUMENTED: "1", COST_SINK: url }) },
] as const satisfies readonly Side[];

type Name = (typeof SIDES)[number]["name"];

/**
 * CPU time of a server process for each request it serves: a POST with a small JSON body, one caller. Recording, encoding,
 * garbage collection and export are in it; what the collector does is not. In memory is the server without its sockets;
 * the others have 16 connections, and a load that is made by a process of its own.
 *
 * A process keeps what the compiler and the memory's layout made of it, which is worth some µs: each round starts all
 * sides anew. In a round they take turns in short bursts, in another order each time. Whatever else the machine does adds
 * to the CPU time of neighbours alike, so that sides are compared turn by turn, and the middle of the differences
 * counts. The same service stands there twice with its telemetry off: what lies between those two is noise.
 */
export async function measureTelemetryCost(rounds: number): Promise<Found> {
  const sink = await openSink();
  const turns = createTurns<Name, number>(SIDES.map(({ name }) => name));
  try {
    for (let round = 1; round <= rounds; round += 1) await measureRound(round, sink, turns);
  } finally {
    sink.close();
  }
  const rows = SIDES.map(({ name }) => {
    const sorted = turns.readings(name).toSorted((left, right) => left - right);
    const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(1);
    return [name, at(0.25), at(0.5), at(0.75)];
  });
  const table = {
    title: "CPU µs of a service for each request",
    note: `Of ${turns.readings("off").length} bursts. "http" and "instrumented" are bare node:http, without and with @opentelemetry/instrumentation-http.`,
    columns: ["side", "lower quartile", "middle", "upper quartile"],
    rows,
  };
  return { results: resultsOf(turns), tables: [table] };
}

async function measureRound(round: number, sink: Sink, turns: Turns<Name, number>): Promise<void> {
  const servers = new Map<Name, Server>();
  await using loader = await startChild<object>(join(import.meta.dirname, "../http/loader-child.ts"));
  const read = async (name: Name) => {
    const server = servers.get(name);
    if (server === undefined) throw new Error(`no server ${name}`);
    return server.burst(loader);
  };
  try {
    for (const side of shuffled<Side & { readonly name: Name }>(SIDES)) {
      servers.set(side.name, await startSide(side, sink));
      await servers.get(side.name)?.warmUp(loader);
    }
    for (let turn = 1; turn <= TURNS_OF_ROUND; turn += 1) await turns.take(read);
  } finally {
    for (const server of servers.values()) await server.stop();
  }
  const line = SIDES.map(({ name }) => `${name} ${turns.readings(name).at(-1)?.toFixed(1)} µs`).join(", ");
  say(`cost, round ${round}: CPU for each request: ${line}`);
}

/** In another order: whoever comes after the same neighbour each time pays for what that one left behind. */
function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ item }) => item);
}

/** CPU time for each request in µs, by side. */
type Turn = Readonly<Record<Name, number>>;

function resultsOf(turns: Turns<Name, number>): readonly Result[] {
  const above = (name: Name, base: (turn: Turn) => number) => turns.middleOfTurns((turn) => turn[name] - base(turn));
  /** Two readings of the same thing are nearer to it than one. */
  const off = (turn: Turn) => (turn.off + turn["off again"]) / 2;
  const offInMemory = (turn: Turn) => (turn["off in memory"] + turn["off in memory again"]) / 2;
  const all = above("all", off);
  const instrumentation = above("instrumented", ({ http }) => http);
  const ALL_SAMPLED = "telemetry on a served call, all sampled: spans, counts and traffic";
  const AS_PRODUCTION = "telemetry on a served call, production sampling";
  const NOISE = "noise: the same service twice, telemetry off";
  return [
    atMost(`${ALL_SAMPLED}, in memory`, above("all in memory", offInMemory), 15, "µs"),
    atMost(`${AS_PRODUCTION}, in memory`, above("production in memory", offInMemory), 2, "µs"),
    noted(
      `${NOISE}, in memory`,
      above("off in memory again", (turn) => turn["off in memory"]),
      "µs",
    ),
    atMost(`${ALL_SAMPLED}, over HTTP`, all, 15, "µs"),
    atMost(`${AS_PRODUCTION}, over HTTP`, above("production", off), 2, "µs"),
    noted(
      `${NOISE}, over HTTP`,
      above("off again", ({ off: first }) => first),
      "µs",
    ),
    noted("noise: telemetry off, but of the realm production, over HTTP", above("off as production", off), "µs"),
    atMost(
      "all sampled, vs @opentelemetry/instrumentation-http, which records spans only",
      all / instrumentation,
      1,
      "x",
    ),
  ];
}

interface Server {
  /** CPU time for each of the requests of a burst, in µs, the export of what they left included. */
  readonly burst: (loader: Child<object>) => Promise<number>;
  readonly warmUp: (loader: Child<object>) => Promise<void>;
  readonly stop: () => Promise<void>;
}

async function startSide(side: Side, sink: Sink): Promise<Server> {
  const env = { ...process.env, SHOAL_SERVICE: "quotes", ...side.env(sink) };
  const child = fork(join(import.meta.dirname, side.file), { env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const [{ address }] = (await once(child, "message")) as [{ address: string }];
  const stop = async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.disconnect();
    await ended;
  };
  if (address === "") {
    const burst = async () => (await cpuUs(child, { requests: MEMORY_REQUESTS })) / MEMORY_REQUESTS;
    const warmUp = async () => {
      for (let left = MEMORY_WARM_UP_BURSTS; left > 0; left -= 1) await burst();
    };
    return { burst, warmUp, stop };
  }
  const where = { port: Number(new URL(address).port), connections: CONNECTIONS };
  const request = { path: "/quotes/42/price", body: QUOTE, headers: { "x-shoal-caller": "desk" } };
  const load = async (loader: Child<object>, ms: number) => {
    const { calls, failed, why } = await loader.ask<Burst>({ ...where, ...request, ms });
    if (failed > 0) throw new Error(`${side.name}: ${failed} of ${calls} requests failed: ${why}`);
    return calls;
  };
  return {
    async burst(loader) {
      const before = await cpuUs(child, {});
      const calls = await load(loader, BURST_MS);
      await sleep(SETTLE_MS);
      return ((await cpuUs(child, {})) - before) / calls;
    },
    warmUp: async (loader) => void (await load(loader, WARM_UP_MS)),
    stop,
  };
}

async function cpuUs(child: ChildProcess, question: { readonly requests?: number }): Promise<number> {
  const answer = once(child, "message");
  child.send(question);
  const [{ cpuUs: us }] = (await answer) as [{ cpuUs: number }];
  return us;
}
