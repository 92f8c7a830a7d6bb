import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { atMost, median, type Result, say } from "../support/results.ts";

const WARM_UP_REQUESTS = 10_000;
const REQUESTS = 3_000;
const CONNECTIONS = 16;
/** Long enough that parsing it would be seen. */
const BODY = JSON.stringify({ text: "x".repeat(4_096) });

/**
 * CPU time of a server at its limit for each request that it refuses, over HTTP, with all that Node does for a request:
 * a POST of 4 KiB whose body is not parsed.
 */
export async function measureRejection(rounds: number): Promise<readonly Result[]> {
  const child = fork(join(import.meta.dirname, "rejecting-service.ts"), {
    env: { ...process.env, SHOAL_SERVICE: "busy" },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS + 1 });
  try {
    const [{ address }] = (await once(child, "message")) as [{ readonly address: string }];
    const holder = request(`${address}/work`, postOptions(agent)).on("error", () => {});
    holder.end(BODY);
    await once(holder, "finish");
    await load(address, agent, WARM_UP_REQUESTS);
    const us: number[] = [];
    for (let round = 1; round <= rounds * 2; round += 1) {
      const before = await cpuUs(child);
      await load(address, agent, REQUESTS);
      us.push(((await cpuUs(child)) - before) / REQUESTS);
      say(`rejection, round ${round}: ${us.at(-1)?.toFixed(1)} µs`);
    }
    return [atMost("CPU for refusing a request at the limit, over HTTP", median(us), 100, "µs")];
  } finally {
    agent.destroy();
    child.disconnect();
  }
}

async function load(address: string, agent: Agent, requests: number): Promise<void> {
  let left = requests;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const status = await refuse(address, agent);
      if (status !== 503) throw new Error(`answered ${status}, not refused`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

function postOptions(agent: Agent) {
  const headers = { "content-type": "application/json", "content-length": BODY.length };
  return { method: "POST", agent, headers };
}

function refuse(address: string, agent: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${address}/work`, postOptions(agent), (reply) => {
      reply.on("end", () => resolve(reply.statusCode));
      reply.resume();
    });
    outgoing.on("error", reject);
    outgoing.end(BODY);
  });
}

async function cpuUs(child: ChildProcess): Promise<number> {
  const answer = once(child, "message");
  child.send({});
  const [{ cpuUs: us }] = (await answer) as [{ readonly cpuUs: number }];
  return us;
}
