// A process that calls a service of its own: so many calls after one another, or some at a time.
import { answerParent, cpuUsOfProcess } from "../support/children.ts";
import { freePort } from "../support/free-port.ts";
import { FEE_CENTS, priced, type Quote, quoteOf } from "./quote.ts";
import type { OneCall } from "./side.ts";

export type LocalSide = "shoal" | "moleculer" | "moleculer-safe";

/** `sockets`: that are open, for a call within a process needs none. */
export interface LocalBurst {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly sockets: number;
}

/** Calls between two looks at the clock: one of them takes less than a µs. */
const CALLS_AT_ONCE = 256;

const open: Readonly<Record<LocalSide, () => Promise<OneCall>>> = {
  async shoal() {
    const port = await freePort();
    process.env["SHOAL_STATIC"] = `quotes=http://127.0.0.1:${port}`;
    const { serve, use } = await import("shoal");
    const { quotes } = await import("./contract.ts");
    await serve(quotes, { price: ({ body }) => priced(body) }).listen({ port });
    const { price } = use(quotes);
    return (quote) => price({ body: quote });
  },
  async moleculer() {
    const { ServiceBroker } = await import("moleculer");
    const broker = new ServiceBroker({ logger: false });
    broker.createService({ name: "quotes", actions: { price: ({ params }) => priced(params as Quote) } });
    await broker.start();
    return (quote) => broker.call<Quote, Quote>("quotes.price", quote);
  },
  /** What isolates a service from its caller: parameters checked, and both ways a copy. The cheapest that is deep. */
  async "moleculer-safe"() {
    const { ServiceBroker } = await import("moleculer");
    const broker = new ServiceBroker({ logger: false });
    const params = {
      id: "string",
      from: "string",
      to: "string",
      cents: "number|integer",
      notes: { type: "array", items: "string" },
    };
    const price = { params, handler: ({ params }: { params: unknown }) => priced(params as Quote) };
    broker.createService({ name: "quotes", actions: { price } });
    await broker.start();
    const copy = (quote: Quote) => JSON.parse(JSON.stringify(quote)) as Quote;
    return async (quote) => copy(await broker.call<Quote, Quote>("quotes.price", copy(quote)));
  },
};

const call = await open[process.argv[2] as LocalSide]();
const quote = quoteOf(100);

async function one(): Promise<void> {
  const { cents } = await call(quote);
  if (cents !== quote.cents + FEE_CENTS) throw new Error("answered wrongly");
}

async function some(inFlight: number): Promise<void> {
  let left = CALLS_AT_ONCE;
  const caller = async () => {
    for (; left > 0; left -= 1) await one();
  };
  if (inFlight === 1) await caller();
  else await Promise.all(Array.from({ length: inFlight }, caller));
}

answerParent({}, async ({ inFlight, ms }: { inFlight: number; ms: number }): Promise<LocalBurst> => {
  const startMs = performance.now();
  const beforeUs = cpuUsOfProcess();
  let calls = 0;
  for (; performance.now() - startMs < ms; calls += CALLS_AT_ONCE) await some(inFlight);
  const sockets = process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  const perSecond = calls / ((performance.now() - startMs) / 1_000);
  return { perSecond, cpuUs: (cpuUsOfProcess() - beforeUs) / calls, sockets };
});
