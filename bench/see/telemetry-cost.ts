import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { atMost, median, noted, type Result, say } from "../support/results.ts";
import { QUOTE, QUOTE_HEADERS } from "./quotes-service.ts";
import { openSink, type Sink } from "./sink.ts";

/** Until the compiler has nothing left to do: what it does counts as CPU time too. */
const WARM_UP_REQUESTS = 15_000;
/** Short, so that all sides of a burst meet the same machine. */
const REQUESTS = 2_000;
const MEMORY_REQUESTS = 6_000;
const BURSTS_OF_ROUND = 4;
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
 * the others have 16 connections.
 *
 * A process keeps what the compiler and the memory's layout made of it, which is worth some µs: each round starts all
 * sides anew. In a round they take turns in short bursts, in another order each time. Whatever else the machine does adds
 * to the CPU time of neighbours alike, so that sides are compared burst by burst, and the middle of the differences
 * counts. The same service stands there twice with its telemetry off: what lies between those two is noise.
 */
export async function measureTelemetryCost(rounds: number): Promise<readonly Result[]> {
  const sink = await openSink();
  const bursts: Burst[] = [];
  try {
    for (let round = 1; round <= rounds; round += 1) bursts.push(...(await measureRound(round, sink)));
  } finally {
    sink.close();
  }
  const middle = (name: Name) => median(bursts.map((burst) => burst[name]));
  say(`cost, median: ${SIDES.map(({ name }) => `${name} ${middle(name).toFixed(1)} µs`).join(", ")}`);
  return resultsOf(bursts);
}

/** CPU time for each request in µs, by side. */
type Burst = Readonly<Record<Name, number>>;

async function measureRound(round: number, sink: Sink): Promise<readonly Burst[]> {
  const servers: Server[] = [];
  try {
    for (const side of shuffled<Side & { readonly name: Name }>(SIDES)) servers.push(await startServer(side, sink));
    for (const server of servers) await server.burst(WARM_UP_REQUESTS);
    const bursts: Burst[] = [];
    for (let number = 1; number <= BURSTS_OF_ROUND; number += 1) {
      const us = new Map<Name, number>();
      for (const server of shuffled(servers)) us.set(server.name, await server.burst(server.requests));
      bursts.push(Object.fromEntries(us) as Burst);
      const line = SIDES.map(({ name }) => `${name} ${us.get(name)?.toFixed(1)} µs`).join(", ");
      say(`cost, round ${round}, burst ${number}: CPU for each request: ${line}`);
    }
    return bursts;
  } finally {
    for (const server of servers) await server.stop();
  }
}

/** In another order: whoever comes after the same neighbour each time pays for what that one left behind. */
function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ item }) => item);
}

function resultsOf(bursts: readonly Burst[]): readonly Result[] {
  const above = (name: Name, base: (burst: Burst) => number) =>
    median(bursts.map((burst) => burst[name] - base(burst)));
  /** Two readings of the same thing are nearer to it than one. */
  const off = (burst: Burst) => (burst.off + burst["off again"]) / 2;
  const offInMemory = (burst: Burst) => (burst["off in memory"] + burst["off in memory again"]) / 2;
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
      above("off in memory again", (burst) => burst["off in memory"]),
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
  readonly name: Name;
  /** In one burst. */
  readonly requests: number;
  /** CPU time for each of so many requests, in µs, the export of what they left included. */
  readonly burst: (requests: number) => Promise<number>;
  readonly stop: () => Promise<void>;
}

async function startServer(side: Side & { readonly name: Name }, sink: Sink): Promise<Server> {
  const env = { ...process.env, SHOAL_SERVICE: "quotes", ...side.env(sink) };
  const child = fork(join(import.meta.dirname, side.file), { env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const [{ address }] = (await once(child, "message")) as [{ address: string }];
  const stop = async () => {
    agent.destroy();
    if (child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.disconnect();
    await ended;
  };
  const overHttp = async (requests: number) => {
    const before = await cpuUs(child, {});
    await load(`${address}/quotes/42/price`, agent, requests);
    await sleep(SETTLE_MS);
    return ((await cpuUs(child, {})) - before) / requests;
  };
  const inMemory = async (requests: number) => (await cpuUs(child, { requests })) / requests;
  return address === ""
    ? { name: side.name, requests: MEMORY_REQUESTS, burst: inMemory, stop }
    : { name: side.name, requests: REQUESTS, burst: overHttp, stop };
}

async function cpuUs(child: ChildProcess, question: { readonly requests?: number }): Promise<number> {
  const answer = once(child, "message");
  child.send(question);
  const [{ cpuUs: us }] = (await answer) as [{ cpuUs: number }];
  return us;
}

async function load(url: string, agent: Agent, requests: number): Promise<void> {
  let left = requests;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await send(url, agent);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

function send(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: "POST", agent, headers: QUOTE_HEADERS }, (reply) => {
      reply.on("end", reply.statusCode === 200 ? resolve : () => reject(new Error(`answered ${reply.statusCode}`)));
      reply.resume();
    });
    outgoing.on("error", reject);
    outgoing.end(QUOTE);
  });
}
