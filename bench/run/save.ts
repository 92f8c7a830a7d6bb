import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { controlOf, makeFleet, ps, type Row, up } from "../support/fleets.ts";
import { end } from "../support/processes.ts";
import { atMost, median, type Result, say } from "../support/results.ts";

const GIVE_UP_MS = 20_000;

/** From the write of a source file until a new process of its service is ready. */
export async function measureSave(rounds: number): Promise<readonly Result[]> {
  const fleet = makeFleet(Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`service-${index}`, 1])));
  const tookMs: number[] = [];
  let disturbed = 0;
  const { child } = await up(fleet.folder);
  try {
    await sleep(500); // the list of files that each service loaded is on its way to the supervisor
    for (let round = 1; round <= rounds; round += 1) {
      const before = ps(fleet.folder);
      tookMs.push(await save(fleet.folder, before, round));
      const pids = new Set(ps(fleet.folder).map(({ pid }) => pid));
      disturbed += before.filter(({ service, pid }) => service !== "service-3" && !pids.has(pid)).length;
      say(`save, round ${round}: ready again after ${tookMs.at(-1)?.toFixed(0)} ms`);
    }
  } finally {
    await end(child, "SIGINT");
    fleet.remove();
  }
  return [
    atMost("save a file → that service ready again", median(tookMs) / 1_000, 1, "s"),
    atMost("other processes restarted by that", disturbed, 0, ""),
  ];
}

async function save(folder: string, before: readonly Row[], round: number): Promise<number> {
  const url = `${controlOf(folder)}/api/v1/instances?service=service-3`;
  const old = before.find(({ service }) => service === "service-3")?.pid;
  const startedMs = performance.now();
  appendFileSync(join(folder, "services/service-3.ts"), `// round ${round}\n`);
  while (performance.now() - startedMs < GIVE_UP_MS) {
    const rows = (await (await fetch(url)).json()) as readonly Row[];
    if (rows.some(({ pid, state }) => state === "ready" && pid !== old)) return performance.now() - startedMs;
    await sleep(5);
  }
  throw new Error(`service-3 did not come back within ${GIVE_UP_MS} ms`);
}
