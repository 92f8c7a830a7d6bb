import { resolve } from "node:path";
import { expect, it } from "vitest";
import tuition from "../../examples/tuition/shoal.config.ts";
import type { FleetOptions, ServiceDefinition } from "../../packages/shoal/src/control/fleet/definition.ts";
import { startFleet, type TestFleet } from "../supervisor/fleets.ts";
import { until } from "../support/until.ts";

const folder = resolve(import.meta.dirname, "../../examples/tuition");

const services: Readonly<Record<string, ServiceDefinition>> = Object.fromEntries(
  Object.entries(tuition.services).map(([name, service]) => [
    name,
    service.kind === "node" ? { ...service, file: resolve(folder, service.file) } : service,
  ]),
);
const names = Object.keys(services);
const all = { services: names, instances: 1 };
const withoutPayments = { services: names.filter((name) => name !== "payments"), instances: 1 };

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function ask(fleet: TestFleet, method: string, path: string, body?: unknown): Promise<Answer> {
  const { address } = await fleet.state("edge", "ready");
  const headers = { "content-type": "application/json" };
  const reply = await fetch(`${address}${path}`, { method, headers, body: JSON.stringify(body) });
  return { status: reply.status, body: await reply.json() };
}

function idOf({ body }: Answer): string {
  return (body as { readonly id: string }).id;
}

/** What a customer does from the search for a school to the receipt, and what goes wrong on the way. */
async function tour(fleet: TestFleet): Promise<readonly Answer[]> {
  const seen: Answer[] = [];
  const go = async (method: string, path: string, body?: unknown) => {
    const answer = await ask(fleet, method, path, body);
    seen.push(answer);
    return answer;
  };
  await go("GET", "/v1/schools?name=oxford");
  await go("GET", "/v1/schools/ethz-ch");
  await go("GET", "/v1/schools/nowhere");
  const student = idOf(await go("POST", "/v1/students", { name: "Ada", email: "ada@mail.example", country: "GB" }));
  await go("POST", "/v1/students", { name: "Ada", email: "no address", country: "GB" });
  const invoice = { schoolId: "ethz-ch", target: { currency: "CHF", minor: 500_000 }, currency: "GBP" };
  const quote = idOf(await go("POST", "/v1/quotes", invoice));
  await go("POST", "/v1/quotes", { ...invoice, schoolId: "nowhere" });
  await go("POST", "/v1/quotes", { ...invoice, target: { currency: "EUR", minor: 500_000 } });
  await go("POST", "/v1/payments", { quoteId: quote, studentId: "stu_nobody", payer: "Ada" });
  const payment = idOf(await go("POST", "/v1/payments", { quoteId: quote, studentId: student, payer: "Ada" }));
  await go("POST", "/v1/payments", { quoteId: quote, studentId: student, payer: "Ada" });
  await until("it is paid out", async () => {
    const { body } = await ask(fleet, "GET", `/v1/payments/${payment}`);
    return (body as { readonly state: string }).state === "paidOut";
  });
  await go("GET", `/v1/payments/${payment}`);
  await go("GET", `/v1/payments/${payment}/receipt`);
  await go("POST", `/v1/payments/${payment}/cancel`);
  await go("GET", "/v1/payments/pay_nothing");
  await go("DELETE", "/v1/schools");
  await go("GET", "/elsewhere");
  return seen;
}

/** Without what differs from run to run: ids, times, traces, and the numbers that receipts have. */
function comparable(answers: readonly Answer[]): unknown {
  const text = JSON.stringify(answers)
    .replaceAll(/\b(stu|quo|pay|doc)_[\w.-]+/g, "$1_…")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "…")
    .replaceAll(/\b[0-9a-f]{16,}\b/g, "…")
    .replaceAll(/\b[\w-]{40,}\.[\w-]{16,}/g, "quote…")
    .replaceAll(/R-[0-9A-F]{12}/g, "R-…");
  return JSON.parse(text);
}

async function answersOf(options: Partial<FleetOptions>, processes: number): Promise<unknown> {
  await using fleet = await startFleet(services, { ...tuition.options, ...options });
  await fleet.supervisor.settled();
  const instances = fleet.supervisor.instances();
  expect(new Set(instances.map(({ state }) => state))).toEqual(new Set(["ready"]));
  expect(new Set(instances.map(({ pid }) => pid)).size).toBe(processes);
  return comparable(await tour(fleet));
}

it("answers the same in one process, in one for each service, and with one service split out", async () => {
  const apart = await answersOf({}, 16);
  expect(await answersOf({ groups: { office: all } }, 1)).toEqual(apart);
  expect(await answersOf({ groups: { office: withoutPayments } }, 2)).toEqual(apart);
});
