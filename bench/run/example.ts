import { setTimeout as sleep } from "node:timers/promises";
import { TUITION, up } from "../support/fleets.ts";
import { end } from "../support/processes.ts";
import { atMost, median, type Result, say } from "../support/results.ts";

/** Start and stop of the tuition fleet, under its own traffic. */
export async function measureExample(rounds: number): Promise<readonly Result[]> {
  const readyMs: number[] = [];
  const stoppedMs: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const { child, tookMs } = await up(TUITION);
    await sleep(2_000); // some traffic, so that there is something to finish
    const stopMs = await end(child, "SIGINT");
    say(`example fleet, round ${round}: ready ${tookMs.toFixed(0)} ms, stopped ${stopMs.toFixed(0)} ms`);
    if (round === 0) continue; // fills the compile cache
    readyMs.push(tookMs);
    stoppedMs.push(stopMs);
  }
  return [
    atMost("example fleet ready", median(readyMs) / 1_000, 4, "s"),
    atMost("example fleet stopped", median(stoppedMs) / 1_000, 2, "s"),
  ];
}
