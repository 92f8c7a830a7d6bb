import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { Client, ClientOptions } from "./client.ts";

/**
 * A call as one writes it with `node:http` and no agent: each attempt opens a connection of its own, is given up after its
 * time, and is followed by the next at once, until there have been so many. Only the first instance is called.
 */
export function freshClient({ addresses: [address = ""], policy }: ClientOptions): Client {
  const { attemptsMax = 1, attemptMs = 10_000 } = policy;
  const work = async () => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await get(`${address}/work`, attemptMs);
      } catch (cause) {
        if (attempt >= attemptsMax) throw cause;
      }
    }
  };
  return { work, order: () => Promise.reject(new Error("only reads")) };
}

async function get(url: string, withinMs: number): Promise<void> {
  const asked = request(url, { agent: false, signal: AbortSignal.timeout(withinMs) }).end();
  const [reply] = (await once(asked, "response")) as [IncomingMessage];
  reply.resume();
  await once(reply, "end");
  if (reply.statusCode !== 200) throw new Error(`answered ${reply.statusCode}`);
}
