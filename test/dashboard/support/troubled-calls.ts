/** Reports of two processes of `shop`, which calls `prices`: two of its five instances are ejected, the budget is spent. */
const REPORT_MS = 1_000;

/** Tells the control plane so each second, as processes do, until it is stopped. */
export function reportTroubledCalls(url: string): { readonly stop: () => void } {
  const startMs = Date.now();
  let reports = 0;
  const report = () => {
    reports += 1;
    for (const body of [
      ...["shop-1", "shop-2"].map((instance) => callerReport(instance, reports)),
      calleeReport(reports),
    ]) {
      // A report that is lost is made up for by the next.
      void post(url, { ...body, startMs }).catch(() => {});
    }
  };
  report();
  const timer = setInterval(report, REPORT_MS);
  return { stop: () => clearInterval(timer) };
}

function callerReport(instance: string, reports: number) {
  const ejected = [
    { instance: "prices-1", reason: "consecutive_failures", forMs: 42_000, probeInMs: 8_000 },
    { instance: "prices-4", reason: "connection_refused", forMs: 3_000, probeInMs: 500 },
  ];
  const counts = { call: 40, attempt: 62, retry: 20, requeue: 2, retry_denied: 6, hedge: 4, hedge_won: 1, ejected: 0 };
  const edge = {
    callee: "prices",
    retryBudget: instance === "shop-1" ? 0.4 : 3.1,
    retryBudgetMax: 10,
    instances: 5,
    subset: 5,
    ejected,
    panic: false,
    zoneLocalShare: 0.72,
    throttledShare: 0,
    inFlight: 7,
    waiting: 1,
    policy: { attemptMs: 250, attemptsMax: 4, hedgeExtraLoad: 0.01 },
    counts: Object.fromEntries(Object.entries(counts).map(([event, count]) => [event, count * reports])),
  };
  return { service: "shop", instance, edges: [edge], shed: {} };
}

function calleeReport(reports: number) {
  const admission = {
    limit: 24,
    limitMax: 256,
    inFlight: 24,
    waiting: 9,
    waitersMax: 128,
    queueDelayMs: 34,
    stressed: true,
  };
  const shed = { "sheddable overload": 12 * reports };
  return { service: "prices", instance: "prices-2", edges: [], admission, shed };
}

async function post(url: string, body: unknown): Promise<void> {
  const reply = await fetch(`${url}/v1/resilience`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${reply.status}: ${await reply.text()}`);
}
