import type { History } from "../../packages/shoal/src/control/history/history.ts";
import { atMost, type Result, say } from "../support/results.ts";
import { CUSTOMERS, OPERATIONS, SERVICES, seeded } from "./telemetry-load.ts";

type Ask = (cursor: string | undefined) => Promise<{ readonly found: number; readonly next: string | undefined }>;

/** Kinds of searches, each with other values at each call. */
function searches(history: History, random: () => number): Readonly<Record<string, () => Ask>> {
  const pick = (items: readonly string[]) => items[Math.floor(random() * items.length)] ?? "";
  const traces = (query: object): Ask => {
    return async (cursor) => {
      const page = await history.listTraces({ limit: 100, ...query, cursor });
      return { found: page.traces.length, next: page.next ?? undefined };
    };
  };
  const logs = (query: object): Ask => {
    return async (cursor) => {
      const page = await history.listLogs({ limit: 200, ...query, ...(cursor && { before: Number(cursor) }) });
      const [first] = page.lines;
      return { found: page.lines.length, next: page.lines.length === 200 ? String(first?.seq) : undefined };
    };
  };
  const customer = () => String(Math.floor(random() * CUSTOMERS)).padStart(5, "0");
  const operation = () => `GET /${pick(OPERATIONS)}/:id`;
  return {
    "newest traces": () => traces({}),
    "traces of a service": () => traces({ service: pick(SERVICES) }),
    "traces of an operation": () => traces({ service: pick(SERVICES), operation: operation() }),
    "slow traces": () => traces({ durationMsMin: 350 + random() * 50 }),
    "slower than any trace": () => traces({ durationMsMin: 100_000 }),
    "slow failed traces of a service": () =>
      traces({ service: pick(SERVICES), status: "error", durationMsMin: 100 + random() * 290 }),
    "traces by a rare attribute": () => traces({ attribute: [`customer=CUST${customer()}`] }),
    "traces by two attributes": () =>
      traces({ attribute: [`customer=CUST${customer()}`, "http.response.status_code=200"] }),
    "failed traces by an attribute": () => traces({ service: pick(SERVICES), attribute: ["error.type=500"] }),
    // Each of the two is common and no trace has both: the worst case.
    "traces by two that exclude each other": () =>
      traces({ attribute: ["shoal.operation=refund", "shoal.operation=getQuote"] }),
    "traces by an attribute that no trace has": () => traces({ attribute: [`nobody=${customer()}`] }),
    "newest lines": () => logs({}),
    "lines by a common word": () => logs({ text: "tuition" }),
    "lines by two words and a service": () => logs({ text: "bank refused", service: pick(SERVICES) }),
    "lines by a phrase": () => logs({ text: '"bank transfer" -cache' }),
    "lines by a prefix": () => logs({ text: `${String(Math.floor(random() * 900) + 100)}*` }),
    "lines by a rare number": () => logs({ text: String(Math.floor(random() * 1_000_000)) }),
    "errors of a service": () => logs({ level: "error", service: pick(SERVICES) }),
    "errors with a phrase that few have": () => logs({ level: "error", text: '"paid refused quote rate"' }),
  };
}

/** Pages read of each search: the first and those behind its cursor. */
const PAGES = 3;

/** How long searches take on a store that is full already. */
export async function measureSearch(history: History, rounds: number): Promise<readonly Result[]> {
  const random = seeded(7);
  const tookMs: number[] = [];
  for (const [what, make] of Object.entries(searches(history, random))) {
    const ofKind: number[] = [];
    let found = 0;
    for (let round = 0; round < rounds; round += 1) {
      const ask = make();
      let cursor: string | undefined;
      for (let page = 0; page < PAGES; page += 1) {
        const startedMs = performance.now();
        const answer = await ask(cursor);
        ofKind.push(performance.now() - startedMs);
        found += answer.found;
        cursor = answer.next;
        if (cursor === undefined) break;
      }
    }
    tookMs.push(...ofKind);
    say(
      `${what}: p50 ${share(ofKind, 0.5)} ms, p95 ${share(ofKind, 0.95)} ms, ${found} found in ${ofKind.length} pages`,
    );
  }
  say(`${tookMs.length} pages: p50 ${share(tookMs, 0.5)} ms, p99 ${share(tookMs, 0.99)} ms`);
  return [atMost("search, 1,000,000 spans and lines stored, p95", share(tookMs, 0.95), 200, "ms")];
}

/** The value that a share of them stays within. */
function share(values: readonly number[], of: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return Math.round((sorted[Math.ceil(of * sorted.length) - 1] ?? Number.NaN) * 10) / 10;
}
