import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "../support/children.ts";
import { controlOf, makeFleet, ps, up } from "../support/fleets.ts";
import type { Burst } from "../support/load.ts";
import type { Found } from "../support/parts.ts";
import { cpuMs, end, pssMib } from "../support/processes.ts";
import { noted, say } from "../support/results.ts";
import { createTurns } from "../support/side-by-side.ts";

const SERVICES = 40;
const WAYS = ["apart", "together"] as const;
type Way = (typeof WAYS)[number];
const SETTLE_MS = 2_500;
const WARM_UP_MS = 4_000;
const BURST_MS = 3_000;
const IN_FLIGHT = 64;

interface Reading {
  readonly readyS: number;
  readonly idleMib: number;
  readonly loadedMib: number;
  /** CPU time of the services for each call, in µs. */
  readonly servicesUs: number;
  readonly burst: Burst;
}

/** Forty services, all of them called at random by a process outside of the fleet. */
export async function measureForty(rounds: number): Promise<Found> {
  const names = Array.from({ length: SERVICES }, (_, index) => `service-${index}`);
  const fleet = makeFleet(Object.fromEntries(names.map((name) => [name, 1])));
  const turns = createTurns<Way, Reading>(WAYS);
  try {
    for (const way of WAYS) await end((await start(fleet.folder, way)).child, "SIGINT");
    for (let round = 1; round <= rounds; round += 1) {
      await turns.take((way) => measureWay(fleet.folder, way, names));
      const line = (way: Way) => {
        const last = turns.readings(way).at(-1);
        return `${way} ${last?.burst.perSecond.toFixed(0)} calls/s, ${last?.loadedMib.toFixed(0)} MiB`;
      };
      say(`${SERVICES} services, round ${round}: ${WAYS.map(line).join("; ")}`);
    }
  } finally {
    fleet.remove();
  }
  const failed = WAYS.flatMap((way) => turns.readings(way)).reduce((sum, { burst }) => sum + burst.failed, 0);
  return {
    results: [noted(`${SERVICES} services under load: failed calls`, failed, "")],
    tables: [
      {
        title: `${SERVICES} services under load, called at random, ${IN_FLIGHT} calls in flight`,
        note: "One caller, outside of the fleet, finds them through the registry. MiB of all services (PSS).",
        columns: [
          "",
          "ready s",
          "MiB idle",
          "MiB under load",
          "calls/s",
          "CPU caller",
          "CPU services",
          "p50 µs",
          "p99 µs",
        ],
        rows: WAYS.map((way) => [
          way,
          turns.middle(way, ({ readyS }) => readyS).toFixed(2),
          Math.round(turns.middle(way, ({ idleMib }) => idleMib)),
          Math.round(turns.middle(way, ({ loadedMib }) => loadedMib)),
          Math.round(turns.middle(way, ({ burst }) => burst.perSecond)),
          turns.middle(way, ({ burst }) => burst.cpuUs).toFixed(1),
          turns.middle(way, ({ servicesUs }) => servicesUs).toFixed(1),
          Math.round(turns.middle(way, ({ burst }) => burst.p50Us)),
          Math.round(turns.middle(way, ({ burst }) => burst.p99Us)),
        ]),
      },
    ],
  };
}

function start(folder: string, way: Way) {
  return up(folder, [`--${way}`, "--no-watch"], { SHOAL_SAMPLING: "10" });
}

async function measureWay(folder: string, way: Way, names: readonly string[]): Promise<Reading> {
  const { child, tookMs } = await start(folder, way);
  try {
    await sleep(SETTLE_MS);
    const pids = [...new Set(ps(folder).map(({ pid }) => pid))];
    const sum = (of: (pid: number) => number) => pids.reduce((total, pid) => total + of(pid), 0);
    const idleMib = sum(pssMib);
    const env = { ...tokenOf(folder), SHOAL_CONTROL: controlOf(folder), SHOAL_SAMPLING: "10" };
    await using caller = await startChild<object>(join(import.meta.dirname, "forty-child.ts"), {
      parameters: names,
      env,
    });
    await caller.ask<Burst>({ inFlight: IN_FLIGHT, ms: WARM_UP_MS });
    const beforeMs = sum(cpuMs);
    const burst = await caller.ask<Burst>({ inFlight: IN_FLIGHT, ms: BURST_MS });
    const servicesUs = ((sum(cpuMs) - beforeMs) * 1_000) / burst.calls;
    return { readyS: tookMs / 1_000, idleMib, loadedMib: sum(pssMib), servicesUs, burst };
  } finally {
    await end(child, "SIGINT");
  }
}

/** What a fleet's own processes are given by its supervisor. */
function tokenOf(folder: string): NodeJS.ProcessEnv {
  const { token } = JSON.parse(readFileSync(join(folder, ".shoal/fleet.json"), "utf8")) as { readonly token?: string };
  return token === undefined ? {} : { SHOAL_CONTROL_TOKEN: token };
}
