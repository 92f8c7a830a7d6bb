import { BalancedPool, type Dispatcher, Pool, RetryAgent } from "undici";
import type { Client, ClientOptions } from "./client.ts";

/** undici's balancer, with its defaults. */
export function balancedPoolClient({ addresses }: ClientOptions): Client {
  return clientOf(new BalancedPool([...addresses]));
}

/** undici's retries at the first instance, three of the five that it makes by default: the last two take 12 s. */
export function retryAgentClient({ addresses: [address = ""] }: ClientOptions): Client {
  return clientOf(new RetryAgent(new Pool(address), { maxRetries: 3 }), address);
}

/** How services called one another before there was anything better: in turn, so many attempts, no pause, no budget. */
export function naiveClient({ addresses, policy: { attemptsMax = 1, attemptMs = 10_000 } }: ClientOptions): Client {
  const pools = addresses.map((address) => new Pool(address));
  let turn = 0;
  return withRequest(async (options) => {
    for (let attempt = 1; ; attempt += 1) {
      const pool = pools[turn++ % pools.length];
      if (!pool) throw new Error("nobody to call");
      try {
        return await answered(pool, options, AbortSignal.timeout(attemptMs));
      } catch (cause) {
        if (attempt >= attemptsMax) throw cause;
      }
    }
  });
}

type RequestOptions = Dispatcher.RequestOptions;

function clientOf(dispatcher: Dispatcher, origin?: string): Client {
  return withRequest((options) => answered(dispatcher, origin === undefined ? options : { ...options, origin }));
}

function withRequest(request: (options: RequestOptions) => Promise<unknown>): Client {
  const headers = { "content-type": "application/json" };
  return {
    work: () => request({ method: "GET", path: "/work" }),
    order: (id) => request({ method: "POST", path: "/orders", headers, body: JSON.stringify({ id }) }),
  };
}

async function answered(dispatcher: Dispatcher, options: RequestOptions, signal: AbortSignal | null = null) {
  const { statusCode, body } = await dispatcher.request({ ...options, signal });
  await body.dump();
  if (statusCode >= 400) throw new Error(`answered ${statusCode}`);
}
