import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Child, startChild } from "../support/children.ts";
import { controlOf, ps, type Row, TUITION, up } from "../support/fleets.ts";
import type { Burst } from "../support/load.ts";
import type { Found } from "../support/parts.ts";
import { end, pssMib, treeOf } from "../support/processes.ts";
import { atLeast, atMost, say } from "../support/results.ts";
import { createTurns } from "../support/side-by-side.ts";

const WAYS = ["together", "apart"] as const;
type Way = (typeof WAYS)[number];

/** What is loaded after a service is ready counts as its memory too. */
const SETTLE_MS = 2_500;
const CONNECTIONS = 16;
const WARM_UP_MS = 4_000;
const BURST_MS = 3_000;
const root = resolve(import.meta.dirname, "../..");

interface Reading {
  readonly readyS: number;
  /** Of the services' processes, idle. */
  readonly servicesMib: number;
  /** And of the supervisor, its watchdog and the control plane. */
  readonly allMib: number;
  readonly processes: number;
  readonly burst: Burst;
}

/** The example fleet, all services in one process and each in its own: time to ready, memory, quotes per second. */
export async function measureTuition(rounds: number): Promise<Found> {
  const folder = copyOfTuition();
  const turns = createTurns<Way, Reading>(WAYS);
  try {
    await using loader = await startChild<object>(join(import.meta.dirname, "../http/loader-child.ts"));
    // Fills the compile cache: every start but a fleet's very first is what is measured.
    for (const way of WAYS) await end((await start(folder, way)).child, "SIGINT");
    for (let round = 1; round <= rounds; round += 1) {
      await turns.take((way) => measureWay(folder, way, loader));
      say(`tuition, round ${round}: ${WAYS.map((way) => `${way} ${lineOf(turns.readings(way).at(-1))}`).join("; ")}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const ratio = (of: (reading: Reading) => number) =>
    turns.middleOfTurns(({ together, apart }) => of(together) / of(apart));
  return {
    results: [
      atMost(
        "tuition together: memory (PSS) of its services, vs apart",
        ratio(({ servicesMib }) => servicesMib),
        0.25,
        "x",
      ),
      atLeast(
        "tuition together: quotes/s through its public API, vs apart",
        ratio(({ burst }) => burst.perSecond),
        4,
        "x",
      ),
      atMost(
        "tuition together: ready",
        turns.middle("together", ({ readyS }) => readyS),
        1.5,
        "s",
      ),
    ],
    tables: [
      {
        title: "The tuition fleet, together and apart",
        note: `Its 13 services, idle and under ${CONNECTIONS} connections that ask its edge for quotes, which takes five calls between services each. The load is made by a process of its own, on the same two cores.`,
        columns: [
          "",
          "ready s",
          "services MiB",
          "with supervisor and control plane MiB",
          "processes",
          "quotes/s",
          "p50 ms",
          "p99 ms",
          "failed",
        ],
        rows: WAYS.map((way) => [
          way,
          turns.middle(way, ({ readyS }) => readyS).toFixed(2),
          Math.round(turns.middle(way, ({ servicesMib }) => servicesMib)),
          Math.round(turns.middle(way, ({ allMib }) => allMib)),
          turns.middle(way, ({ processes }) => processes),
          Math.round(turns.middle(way, ({ burst }) => burst.perSecond)),
          (turns.middle(way, ({ burst }) => burst.p50Us) / 1_000).toFixed(1),
          (turns.middle(way, ({ burst }) => burst.p99Us) / 1_000).toFixed(1),
          turns.readings(way).reduce((sum, { burst }) => sum + burst.failed, 0),
        ]),
      },
    ],
  };
}

/** Outside of the repository, so that its own books stay as they are. */
function copyOfTuition(): string {
  const folder = mkdtempSync(join(tmpdir(), "shoal-bench-"));
  const leftOut = new Set([".shoal", "node_modules"]);
  cpSync(TUITION, folder, { recursive: true, filter: (source) => !leftOut.has(basename(source)) });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** The driver makes no traffic of its own; telemetry is sampled as in production. */
function start(folder: string, way: Way) {
  return up(folder, [`--${way}`, "--no-watch"], { RATE: "0", SHOAL_SAMPLING: "10" });
}

async function measureWay(folder: string, way: Way, loader: Child<object>): Promise<Reading> {
  const { child, tookMs } = await start(folder, way);
  try {
    await sleep(SETTLE_MS);
    const pids = [...new Set(ps(folder).map(({ pid }) => pid))];
    const sum = (ids: readonly number[]) => ids.reduce((mib, pid) => mib + pssMib(pid), 0);
    const memory = { servicesMib: sum(pids), allMib: sum(treeOf(child.pid ?? 0)), processes: pids.length };
    const question = { ...(await quoteRequest(folder)), connections: CONNECTIONS };
    await loader.ask<Burst>({ ...question, ms: WARM_UP_MS });
    const burst = await loader.ask<Burst>({ ...question, ms: BURST_MS });
    return { readyS: tookMs / 1_000, ...memory, burst };
  } finally {
    await end(child, "SIGINT");
  }
}

/** A request for a quote, as a customer would send it. */
async function quoteRequest(folder: string) {
  const rows: readonly (Row & { readonly address: string })[] = await json(
    `${controlOf(folder)}/api/v1/instances?service=edge`,
  );
  const address = rows[0]?.address ?? "";
  const { schools }: { schools: readonly { id: string; currency: string }[] } = await json(
    `${address}/v1/schools?country=GB&limit=1`,
  );
  const [school] = schools;
  if (!school) throw new Error("the fleet knows no school in Great Britain");
  const body = { schoolId: school.id, target: { currency: school.currency, minor: 125_000 }, currency: "USD" };
  return { port: Number(new URL(address).port), path: "/v1/quotes", body: JSON.stringify(body), status: 201 };
}

async function json<Body>(url: string): Promise<Body> {
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
  return (await reply.json()) as Body;
}

function lineOf(reading: Reading | undefined): string {
  if (!reading) return "";
  const { readyS, servicesMib, allMib, burst } = reading;
  const why = burst.failed > 0 ? `, ${burst.failed} failed: ${burst.why}` : "";
  return `ready ${readyS.toFixed(2)} s, ${servicesMib.toFixed(0)} MiB (${allMib.toFixed(0)} in all), ${burst.perSecond.toFixed(0)} quotes/s${why}`;
}
