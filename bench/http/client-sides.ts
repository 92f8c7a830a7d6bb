import type { Quote } from "../wire/quote.ts";
import type { OneCall } from "../wire/side.ts";

/** The ways to call an HTTP server that are measured, as tables call them. */
export const CLIENTS = {
  shoal: "Shoal's use(), without the mux wire",
  "shoal-fetch": "Shoal's fetch()",
  undici: "bare undici (Pool)",
  cockatiel: "undici with cockatiel's wrap of five policies",
  fetch: "global fetch",
  got: "got",
} as const;
export type ClientName = keyof typeof CLIENTS;

/** As many as the load has in flight: nobody waits in a queue. */
const CONNECTIONS = 32;
const TIMEOUT_MS = 3_000;
const headers = { "content-type": "application/json" };

type Open = (address: string) => Promise<OneCall>;

const undici: Open = async (address) => {
  const { Pool } = await import("undici");
  const pool = new Pool(address, { connections: CONNECTIONS });
  return async (quote) => {
    const body = JSON.stringify(quote);
    const reply = await pool.request({ method: "POST", path: "/quotes", headers, body });
    return (await reply.body.json()) as Quote;
  };
};

/** Its five policies, in the order that its documentation recommends. */
const cockatiel: Open = async (address) => {
  const bare = await undici(address);
  const lib = await import("cockatiel");
  const policy = lib.wrap(
    lib.retry(lib.handleAll, { maxAttempts: 2, backoff: new lib.ExponentialBackoff() }),
    lib.circuitBreaker(lib.handleAll, { halfOpenAfter: 1_000, breaker: new lib.ConsecutiveBreaker(5) }),
    lib.timeout(TIMEOUT_MS, lib.TimeoutStrategy.Cooperative),
    lib.bulkhead(CONNECTIONS, CONNECTIONS),
  );
  return (quote) => policy.execute(() => bare(quote));
};

/** The process's own stack finds the server in SHOAL_STATIC. */
async function loadShoal(address: string) {
  process.env["SHOAL_STATIC"] = `quotes=${address}`;
  return import("shoal");
}

export const openClient: Readonly<Record<ClientName, Open>> = {
  undici,
  cockatiel,
  async shoal(address) {
    const { use } = await loadShoal(address);
    const { quotes } = await import("../wire/contract.ts");
    const { price } = use(quotes);
    return (quote) => price({ body: quote });
  },
  async "shoal-fetch"(address) {
    const { fetch } = await loadShoal(address);
    return async (quote) => {
      const reply = await fetch("http://quotes.service/quotes", {
        method: "POST",
        headers,
        body: JSON.stringify(quote),
      });
      return (await reply.json()) as Quote;
    };
  },
  fetch: (address) =>
    Promise.resolve(async (quote) => {
      const reply = await fetch(`${address}/quotes`, { method: "POST", headers, body: JSON.stringify(quote) });
      return (await reply.json()) as Quote;
    }),
  async got(address) {
    const { Agent } = await import("node:http");
    const { default: got } = await import("got");
    const http = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const client = got.extend({ prefixUrl: address, agent: { http }, responseType: "json", resolveBodyOnly: true });
    return (quote) => client.post("quotes", { json: quote }) as unknown as Promise<Quote>;
  },
};
