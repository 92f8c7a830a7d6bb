import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { atMost, median, type Result, say } from "../support/results.ts";
import { openSink, type Sink } from "./sink.ts";

const WARM_UP_REQUESTS = 10_000;
const REQUESTS = 4_000;
const CONNECTIONS = 16;
/** What was recorded last is exported within this time, and belongs to the cost. */
const SETTLE_MS = 700;

const BODY = JSON.stringify({ id: "42", cents: 1_250, notes: ["two copies", "by Friday"] });

/** One server process: which, and how it is told what to record. */
interface Side {
  readonly name: string;
  readonly file: string;
  readonly env: (sink: Sink) => NodeJS.ProcessEnv;
}

const SERVICE = "cost-service.ts";
const HTTP = "cost-http.cjs";
const SIDES = [
  { name: "off", file: SERVICE, env: ({ url }) => ({ SHOAL_CONTROL: url, OTEL_SDK_DISABLED: "true" }) },
  { name: "all", file: SERVICE, env: ({ url }) => ({ SHOAL_CONTROL: url, SHOAL_SAMPLING: "all" }) },
  { name: "production", file: SERVICE, env: ({ url }) => ({ SHOAL_CONTROL: url, SHOAL_REALM: "production" }) },
  { name: "http", file: HTTP, env: () => ({}) },
  { name: "instrumented", file: HTTP, env: ({ url }) => ({ COST_INSTRUMENTED: "1", COST_SINK: url }) },
] as const satisfies readonly Side[];

type Name = (typeof SIDES)[number]["name"];

/**
 * CPU time of a server process for each request it serves: a POST with a small JSON body, one caller, 16 connections.
 * Recording, encoding and export are in it; what the collector does is not. All sides run at once and take turns in short
 * bursts, so that what else the machine does meets all of them alike.
 */
export async function measureTelemetryCost(rounds: number): Promise<readonly Result[]> {
  const sink = await openSink();
  const servers = await Promise.all(SIDES.map((side) => startServer(side, sink)));
  try {
    for (const server of servers) await burst(server, WARM_UP_REQUESTS);
    const us = new Map<Name, number[]>(SIDES.map(({ name }) => [name, []]));
    for (let round = 1; round <= rounds; round += 1) {
      for (const server of servers) us.get(server.name)?.push(await burst(server, REQUESTS));
      const line = SIDES.map(({ name }) => `${name} ${us.get(name)?.at(-1)?.toFixed(1)} µs`).join(", ");
      say(`cost, round ${round}: CPU for each request: ${line}`);
    }
    return resultsOf((name) => median(us.get(name) ?? []));
  } finally {
    for (const server of servers) await server.stop();
    sink.close();
  }
}

function resultsOf(of: (name: Name) => number): readonly Result[] {
  const all = of("all") - of("off");
  const instrumentation = of("instrumented") - of("http");
  return [
    atMost("telemetry on a served call, all sampled: spans, counts and traffic", all, 15, "µs"),
    atMost("telemetry on a served call, production sampling", of("production") - of("off"), 2, "µs"),
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
  readonly child: ChildProcess;
  readonly url: string;
  readonly agent: Agent;
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
  return { name: side.name, child, url: `${address}/quotes/42/price`, agent, stop };
}

/** CPU time for each of so many requests, in µs, the export of what they left included. */
async function burst({ child, url, agent }: Server, requests: number): Promise<number> {
  const before = await cpuUs(child);
  await load(url, agent, requests);
  await sleep(SETTLE_MS);
  return ((await cpuUs(child)) - before) / requests;
}

async function cpuUs(child: ChildProcess): Promise<number> {
  const answer = once(child, "message");
  child.send("cpu");
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
    const headers = { "content-type": "application/json", "content-length": BODY.length, "x-shoal-caller": "desk" };
    const outgoing = request(url, { method: "POST", agent, headers }, (reply) => {
      reply.on("end", reply.statusCode === 200 ? resolve : () => reject(new Error(`answered ${reply.statusCode}`)));
      reply.resume();
    });
    outgoing.on("error", reject);
    outgoing.end(BODY);
  });
}
