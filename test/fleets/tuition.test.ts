import { resolve } from "node:path";
import { expect, it } from "vitest";
import tuition from "../../examples/tuition/shoal.config.ts";
import type { ServiceDefinition } from "../../packages/shoal/src/control/fleet/definition.ts";
import { startFleet, type TestFleet } from "../supervisor/fleets.ts";
import { until } from "../support/until.ts";

const folder = resolve(import.meta.dirname, "../../examples/tuition");

/** The example's services, to be run from another folder: with state of its own, beside a fleet that may be running. */
const services: Readonly<Record<string, ServiceDefinition>> = Object.fromEntries(
  Object.entries(tuition.services).map(([name, service]) => [
    name,
    service.kind === "node" ? { ...service, file: resolve(folder, service.file) } : service,
  ]),
);

/** What a caller may hear while the only instance of a service is down. */
const OUT_OF_REACH = ["UPSTREAM_FAILED", "NO_INSTANCE", "CONNECTION_LOST", "ATTEMPT_TIMEOUT", "DEADLINE_EXCEEDED"];

interface Stats {
  readonly succeeded: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
  readonly payments: Readonly<Record<string, number>>;
}

interface Report {
  readonly balanced: boolean;
  readonly entries: number;
  readonly unfinished: number;
  readonly problems: readonly unknown[];
}

/** A request to an instance of a service, whichever it is now: a GET, or with a body a POST or what `method` says. */
async function ask<Answer>(fleet: TestFleet, url: string, body?: unknown, method = "POST"): Promise<Answer> {
  const [service = ""] = url.split("/");
  const { address } = await fleet.state(service, "ready");
  const sent = { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const reply = await fetch(`${address}${url.slice(service.length)}`, body === undefined ? {} : sent);
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
  return (await reply.json()) as Answer;
}

/** Kills instances with SIGKILL and waits until others have taken their places. */
async function kill(fleet: TestFleet, ...names: readonly string[]): Promise<void> {
  const pids = names.map((name) => fleet.one(name).pid ?? 0);
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await until(`${names.join(", ")} run again`, () =>
    names.every((name, index) => {
      const { pid, state } = fleet.one(name);
      return pid !== pids[index] && state === "ready";
    }),
  );
}

it("pays each school exactly once under traffic, whichever process dies, and its books balance", async () => {
  await using fleet = await startFleet(services, tuition.options);
  await fleet.supervisor.settled();
  expect(fleet.supervisor.instances().map(({ state }) => state)).toEqual(Array.from({ length: 16 }, () => "ready"));
  const stats = () => ask<Stats>(fleet, "driver/stats");
  await until("the traffic has paid a school", async () => (await stats()).payments["paidOut"], 60_000);

  // Of a service with two instances one may die, and no call fails.
  const before = (await stats()).failed;
  await kill(fleet, "rates", "schools", "quotes");
  const { succeeded } = await stats();
  await until("the traffic goes on", async () => (await stats()).succeeded > succeeded + 20);
  expect((await stats()).failed).toEqual(before);

  // What payments and ledger have acknowledged, they still know when they are killed in the middle of it.
  const { id: studentId } = await ask<{ id: string }>(fleet, "edge/v1/students", {
    name: "Ada Lovelace",
    email: "ada@mail.example",
    country: "GB",
  });
  const pay = async () => {
    const invoice = { schoolId: "ethz-ch", target: { currency: "CHF", minor: 500_000 }, currency: "GBP" };
    const quote = await ask<{ id: string }>(fleet, "edge/v1/quotes", invoice);
    const order = { quoteId: quote.id, studentId, payer: "Ada Lovelace" };
    return (await ask<{ id: string }>(fleet, "edge/v1/payments", order)).id;
  };
  const acknowledged: string[] = [];
  for (const victim of ["payments", "ledger", "payments"]) {
    acknowledged.push(...(await Promise.all([pay(), pay(), pay()])));
    await kill(fleet, victim);
  }
  for (const id of acknowledged) {
    await until(`${id} is paid out`, async () => {
      const { state } = await ask<{ state: string }>(fleet, `edge/v1/payments/${id}`);
      return state === "paidOut";
    });
  }

  // When the traffic has ended, every cent is accounted for.
  await ask(fleet, "driver/rate", { rate: 0 }, "PUT");
  const { lastEntry } = await until("all payments end", async () => {
    const { unfinished } = await ask<{ unfinished: number }>(fleet, "payments/payments?limit=1");
    return unfinished === 0 && ask<{ lastEntry: number }>(fleet, "ledger/trial-balance");
  });
  const report = await until("the audit has caught up", async () => {
    const seen = await ask<Report>(fleet, "audit/audit");
    return seen.entries === lastEntry && seen.unfinished === 0 && seen;
  });
  expect(report).toMatchObject({ balanced: true, problems: [] });
  const { refused, failed } = await stats();
  expect(Object.keys(refused).length).toBeGreaterThan(0);
  // Calls may have failed while payments was down; but nothing was wrong, stuck or lost.
  expect(Object.keys(failed).filter((code) => !OUT_OF_REACH.includes(code))).toEqual([]);
});
