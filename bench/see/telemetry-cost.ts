import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { atMost, type Result, say } from "../support/results.ts";
import { QUOTE, QUOTE_HEADERS } from "./quotes-service.ts";
import { openSink, type Sink } from "./sink.ts";

/** Until the compiler has nothing left to do: what it does counts as CPU time too. */
const WARM_UP_REQUESTS = 30_000;
/** Short: what else the machine does then meets few of them, and those are left out. */
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
const ALL = ({ url }: Sink) => ({ SHOAL_CONTROL: url, SHOAL_SAMPLING: "all" });
const PRODUCTION = ({ url }: Sink) => ({ SHOAL_CONTROL: url, SHOAL_REALM: "production" });
const SIDES = [
  { name: "off in memory", file: MEMORY, env: OFF },
  { name: "all in memory", file: MEMORY, env: ALL },
  { name: "production in memory", file: MEMORY, env: PRODUCTION },
  { name: "off", file: SERVICE, env: OFF },
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
 * All sides run at once and take turns in short bursts. Whatever else the machine does only ever adds to CPU time, by
 * cold caches and shared cores, so that the lower quarter of the bursts is nearest to the cost.
 */
export async function measureTelemetryCost(rounds: number): Promise<readonly Result[]> {
  const sink = await openSink();
  const servers = await Promise.all(SIDES.map((side) => startServer(side, sink)));
  try {
    for (const server of servers) await server.burst(WARM_UP_REQUESTS);
    const us = new Map<Name, number[]>(SIDES.map(({ name }) => [name, []]));
    for (let round = 1; round <= rounds * BURSTS_OF_ROUND; round += 1) {
      for (const server of servers) us.get(server.name)?.push(await server.burst(server.requests));
      const line = SIDES.map(({ name }) => `${name} ${us.get(name)?.at(-1)?.toFixed(1)} µs`).join(", ");
      say(`cost, burst ${round}: CPU for each request: ${line}`);
    }
    const of = (name: Name) => lowerQuarter(us.get(name) ?? []);
    say(`cost, lower quarter: ${SIDES.map(({ name }) => `${name} ${of(name).toFixed(1)} µs`).join(", ")}`);
    return resultsOf(of);
  } finally {
    for (const server of servers) await server.stop();
    sink.close();
  }
}

/** The value that a quarter of them stays within. */
function lowerQuarter(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor((values.length - 1) / 4)] ?? Number.NaN;
}

function resultsOf(of: (name: Name) => number): readonly Result[] {
  const all = of("all") - of("off");
  const instrumentation = of("instrumented") - of("http");
  const ALL_SAMPLED = "telemetry on a served call, all sampled: spans, counts and traffic";
  const AS_PRODUCTION = "telemetry on a served call, production sampling";
  return [
    atMost(`${ALL_SAMPLED}, in memory`, of("all in memory") - of("off in memory"), 15, "µs"),
    atMost(`${AS_PRODUCTION}, in memory`, of("production in memory") - of("off in memory"), 2, "µs"),
    atMost(`${ALL_SAMPLED}, over HTTP`, all, 15, "µs"),
    atMost(`${AS_PRODUCTION}, over HTTP`, of("production") - of("off"), 2, "µs"),
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
