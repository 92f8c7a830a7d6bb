import type { BulkheadPolicy } from "cockatiel";

/** Makes one call and reads its reply whole. */
export type OneCall = () => Promise<unknown>;

/** The ways to call that are measured, each in a process of its own. */
export const SIDES = ["undici", "shoal", "cockatiel", "opossum"] as const;
export type SideName = (typeof SIDES)[number];

/** As many as the load has in flight: nobody waits in a queue. */
const IN_FLIGHT_MAX = 32;
const TIMEOUT_MS = 3_000;

/** @param addresses Of the instances, such as "http://127.0.0.1:20001". */
export function openSide(name: SideName, addresses: readonly string[]): Promise<OneCall> {
  return { undici, shoal, cockatiel, opossum }[name](addresses);
}

async function undici([address = ""]: readonly string[]): Promise<OneCall> {
  const { Pool } = await import("undici");
  const pool = new Pool(address, { connections: IN_FLIGHT_MAX });
  return async () => {
    const { body } = await pool.request({ method: "GET", path: "/quotes/42" });
    return body.arrayBuffer();
  };
}

/** The whole stack as `use` and `fetch` go through it: deadline, retries, balancing, ejection, limits, counts. */
async function shoal(addresses: readonly string[]): Promise<OneCall> {
  process.env["SHOAL_STATIC"] = addresses.map((address) => `quotes=${address}`).join(",");
  const { sendToService } = await import("../../packages/shoal/src/client/client.ts");
  const { processRuntime } = await import("../../packages/shoal/src/client/process-runtime.ts");
  const runtime = processRuntime();
  const request = { method: "GET", target: "/quotes/42", headers: {}, body: undefined };
  return () => sendToService(runtime, "quotes", request, { replyInMemory: true });
}

/** Its five policies, in the order that its documentation recommends. */
async function cockatiel(addresses: readonly string[]): Promise<OneCall> {
  const bare = await undici(addresses);
  const lib = await import("cockatiel");
  const { handleAll, retry, circuitBreaker, timeout, fallback, wrap } = lib;
  const bulkhead: BulkheadPolicy = lib.bulkhead(IN_FLIGHT_MAX, IN_FLIGHT_MAX);
  const policy = wrap(
    fallback(handleAll, undefined),
    retry(handleAll, { maxAttempts: 2, backoff: new lib.ExponentialBackoff() }),
    circuitBreaker(handleAll, { halfOpenAfter: 1_000, breaker: new lib.ConsecutiveBreaker(5) }),
    timeout(TIMEOUT_MS, lib.TimeoutStrategy.Cooperative),
    bulkhead,
  );
  return () => policy.execute(bare);
}

async function opossum(addresses: readonly string[]): Promise<OneCall> {
  const bare = await undici(addresses);
  const { default: CircuitBreaker } = await import("opossum");
  const breaker = new CircuitBreaker(bare, { timeout: TIMEOUT_MS, capacity: IN_FLIGHT_MAX });
  return () => breaker.fire();
}
