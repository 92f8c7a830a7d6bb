// The same service without sockets: it serves as many requests as its parent asks for, and tells their CPU time.
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { QUOTE, QUOTE_HEADERS, quotesService } from "./quotes-service.ts";

/** Requests between two turns of the event loop, as a server of some connections has them. */
const AT_ONCE = 16;
/** What was recorded last is exported within this time, and belongs to the cost. */
const SETTLE_MS = 700;

const body = Buffer.from(QUOTE);
const headers = { ...QUOTE_HEADERS, host: "127.0.0.1:4400", connection: "keep-alive" };
const { signal } = new AbortController();
const arriving = { deadlineMs: Number.POSITIVE_INFINITY, signal } as Parameters<typeof quotesService.handle>[1];

async function one(): Promise<void> {
  const message = { method: "POST", target: "/quotes/42/price", headers: { ...headers }, body };
  const { status } = await quotesService.handle(message, arriving);
  if (status !== 200) throw new Error(`answered ${status}`);
}

async function burst(requests: number): Promise<number> {
  const before = process.cpuUsage();
  for (let left = requests; left > 0; left -= AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    await turn();
  }
  await sleep(SETTLE_MS);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

process.on("message", ({ requests }: { requests: number }) => {
  void burst(requests).then((cpuUs) => process.send?.({ cpuUs }));
});
process.on("disconnect", () => process.exit());
process.send?.({ address: "" });
