import type { Tally } from "shoal/testing";
import { createTally } from "../../../packages/shoal/src/testing/simulator/tally.ts";
import type { LoadResult } from "../programs/caller.ts";

/** What the processes of one load tell of it, together; times are ms since `fromMs`. */
export function tallyOf(results: readonly LoadResult[], fromMs: number): Tally {
  const tally = createTally();
  for (const { startsMs, endsMs, codes } of results) {
    for (const [index, startMs] of startsMs.entries()) {
      tally.ended(startMs - fromMs, (endsMs[index] ?? startMs) - fromMs, codes[index] || undefined);
    }
  }
  return tally;
}
