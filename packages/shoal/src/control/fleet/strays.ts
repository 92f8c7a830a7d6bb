import { randomBytes } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import { sleep } from "../../core/clock.ts";
import { pidsWith } from "./process-table.ts";

/**
 * What every process of one fleet has in its environment, and so has all that they start. A daemon that left its
 * group (setsid) is found by nothing else.
 */
export interface FleetMark {
  readonly SHOAL_SUPERVISOR: string;
}

/** Of one length, so that none is the beginning of another. */
export function createFleetMark(): FleetMark {
  return { SHOAL_SUPERVISOR: randomBytes(12).toString("hex") };
}

/** How it stands in an environment. */
export function assignmentOf({ SHOAL_SUPERVISOR }: FleetMark): string {
  return `SHOAL_SUPERVISOR=${SHOAL_SUPERVISOR}`;
}

/** How long what a fleet left behind has to follow it, in ms, before it is killed. */
const STRAYS_MS = 1_000;
const POLL_MS = 25;

/**
 * Ends what a stopped fleet left behind outside of its groups: asks, waits, kills. Linux only: elsewhere nobody tells
 * whose such a process is. Never rejects.
 */
export async function endStrays(mark: FleetMark, clock: Clock): Promise<void> {
  const assignment = assignmentOf(mark);
  const giveUpMs = clock.now() + STRAYS_MS;
  signalAll(pidsWith(assignment), "SIGTERM");
  for (;;) {
    const left = pidsWith(assignment);
    if (left.length === 0) return;
    if (clock.now() >= giveUpMs) return signalAll(left, "SIGKILL");
    await sleep(clock, POLL_MS);
  }
}

function signalAll(pids: readonly number[], signal: "SIGTERM" | "SIGKILL"): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // it has gone meanwhile
    }
  }
}
