import { cpSync } from "node:fs";
import { connect } from "node:net";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { holderOf } from "../../packages/shoal/src/control/fleet/port-holder.ts";
import { type FleetFolder, fleetFolder, isAlive } from "../support/cli.ts";
import { until } from "../support/until.ts";

const TUITION = resolve(import.meta.dirname, "../../examples/tuition");
const RATE = 25;
/** Calls that must have gone through before and after each fault. */
const CALLS = 100;
/** For so long every new control plane is killed, in ms. */
const DOWN_MS = 5_000;

const TWICE = ["quotes", "schools", "rates"];
const ONCE = [
  "edge",
  "payments",
  "ledger",
  "receipts",
  "students",
  "documents",
  "compliance",
  "notifications",
  "audit",
];

interface Row {
  readonly service: string;
  readonly instance: string;
  readonly state: string;
  readonly address: string;
  readonly pid: number;
}

interface Stats {
  readonly requests: number;
  readonly failed: Readonly<Record<string, number>>;
  readonly lastFailure: string | null;
  readonly scenariosRunning: number;
}

interface Report {
  readonly balanced: boolean;
  readonly entries: number;
  readonly unfinished: number;
  readonly problems: readonly unknown[];
}

let folder: FleetFolder;
let driver = "";
const pids = new Set<number>();

beforeAll(async () => {
  folder = fleetFolder();
  const isState = (path: string) => /\/(\.shoal|node_modules)$/.test(path);
  cpSync(TUITION, folder.path, { recursive: true, filter: (path) => !isState(path) });
  await run("up", "--detach");
  driver = (await rows("driver"))[0]?.address ?? "";
  await run("call", "driver.setRate", JSON.stringify({ rate: RATE }));
  await moreCalls();
});

afterAll(() => folder[Symbol.asyncDispose]());

async function run(...words: readonly string[]): Promise<string> {
  const { code, out, err } = await folder.shoal(words);
  expect(code, `shoal ${words.join(" ")}\n${out}\n${err}`).toBe(0);
  return out;
}

async function json<Answer>(url: string): Promise<Answer> {
  return (await (await fetch(url)).json()) as Answer;
}

async function rows(service?: string): Promise<readonly Row[]> {
  const query = service === undefined ? "" : `?service=${service}`;
  const found = await json<readonly Row[]>(`${folder.record()?.control}/api/v1/instances${query}`);
  for (const { pid } of found) pids.add(pid);
  return found;
}

function stats(): Promise<Stats> {
  return json(`${driver}/stats`);
}

async function moreCalls(): Promise<void> {
  const { requests } = await stats();
  await until(`${CALLS} more calls`, async () => (await stats()).requests > requests + CALLS, 60_000);
}

/** Cheaper than to ask who listens. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
    socket.on("close", () => resolve(false));
    socket.setTimeout(1_000, () => socket.destroy());
    socket.end();
  });
}

/** Kills one of the instances of a service; resolves when another is ready in its place. */
async function kill(service: string): Promise<void> {
  const [victim] = await rows(service);
  process.kill(victim?.pid ?? 0, "SIGKILL");
  await until(`all instances of ${service} are ready`, async () =>
    (await rows(service)).every(({ instance, state }) => instance !== victim?.instance && state === "ready"),
  );
}

async function expectNoFailure(): Promise<void> {
  const { failed, lastFailure } = await stats();
  expect(failed, lastFailure ?? "").toEqual({});
}

it("a restart of each service, by the command, fails no call, whether it has another instance or not", async () => {
  for (const service of [...TWICE, ...ONCE]) {
    await run("restart", service);
    await expectNoFailure();
  }
  await moreCalls();
  await expectNoFailure();
});

it("an instance of a service with two, killed, fails no call", async () => {
  for (const service of [...TWICE, ...TWICE]) {
    await kill(service);
    await expectNoFailure();
  }
  await moreCalls();
  await expectNoFailure();
});

it("a control plane that is killed for some seconds, as often as it comes back, fails no call, even of an instance that dies meanwhile", async () => {
  const port = Number(new URL(folder.record()?.control ?? "").port);
  const [victim] = await rows("rates");
  const untilMs = performance.now() + DOWN_MS;
  let kills = 0;
  while (performance.now() < untilMs) {
    const holder = (await accepts(port)) ? await holderOf(port) : undefined;
    if (holder) {
      process.kill(holder.pid, "SIGKILL");
      kills += 1;
      if (kills === 1) process.kill(victim?.pid ?? 0, "SIGKILL");
    }
    await sleep(25);
  }
  expect(kills).toBeGreaterThan(0);
  await moreCalls();
  await expectNoFailure();
  await until("the control plane knows again that all are ready", async () => {
    const all = await rows();
    return all.length === 16 && all.every(({ state }) => state === "ready");
  });
  await moreCalls();
  await expectNoFailure();
});

it("after all that, each call has ended and every cent is accounted for; nothing is left of the fleet when it stops", async () => {
  await run("call", "driver.setRate", JSON.stringify({ rate: 0 }));
  // A call waits for its turn in the traffic while that is paused; what was begun ends.
  const { address: payments = "" } = (await rows("payments"))[0] ?? {};
  const { address: ledger = "" } = (await rows("ledger"))[0] ?? {};
  const { lastEntry } = await until("all payments end", async () => {
    const { unfinished } = await json<{ unfinished: number }>(`${payments}/payments?limit=1`);
    return unfinished === 0 && json<{ lastEntry: number }>(`${ledger}/trial-balance`);
  });
  const report = await until("the audit has caught up", async () => {
    const seen = JSON.parse(await run("call", "audit.getAudit")) as Report;
    return seen.entries === lastEntry && seen.unfinished === 0 && seen;
  });
  expect(report).toMatchObject({ balanced: true, problems: [] });
  expect(report.entries).toBeGreaterThan(0);
  await expectNoFailure();
  await run("down");
  expect([...pids].filter(isAlive)).toEqual([]);
});
