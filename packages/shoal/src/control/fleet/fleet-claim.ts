import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Cancel, Clock } from "../../core/clock.ts";
import { isShoalError, messageOf } from "../../core/errors.ts";
import { claimFleetFile, type FleetFile, readFleetFile, releaseFleetFile } from "./fleet-file.ts";

/** A folder claimed for a fleet, or tried again until it is. */
export interface FleetClaim {
  /** What is wrong with it at present, for people. */
  readonly warnings: () => readonly string[];
  /** Gives the folder back; no further try. */
  readonly release: () => void;
}

/** Pause before a folder that could not be written is tried again, in ms. */
export const CLAIM_AGAIN_MS = 10_000;
/** How often a claim is looked at, in ms: somebody who deletes `.shoal/` must not lose a fleet that runs. */
export const CLAIM_CHECK_MS = 2_000;

/**
 * Claims the folder of a fleet file. A disk that takes no file costs the fleet its lock and its being found by other
 * commands, not its start: then the claim is tried again every 10 s. A claim whose file is deleted is made again.
 * Throws FLEET_RUNNING.
 */
export function keepFleetClaim(path: string, content: FleetFile, clock: Clock): FleetClaim {
  let warning: string | undefined;
  let cancel: Cancel = () => {};
  let isNew = true;
  let isHeld = false;
  const attempt = () => {
    try {
      if (!isHeld || isLost(path, content)) claim(path, content);
      isHeld = true;
      warning = undefined;
      cancel = clock.after(CLAIM_CHECK_MS, attempt);
    } catch (error) {
      if (isNew && isShoalError(error) && error.code === "FLEET_RUNNING") throw error;
      warning = `${messageOf(error)}; until then commands in this folder do not find the fleet: its process is ${content.pid}`;
      cancel = clock.after(CLAIM_AGAIN_MS, attempt);
    }
  };

  attempt();
  isNew = false;
  return {
    warnings: () => (warning === undefined ? [] : [warning]),
    release() {
      cancel();
      releaseFleetFile(path);
    },
  };
}

/** A folder that was deleted with its config is not made again: nobody looks for a fleet there. */
function isLost(path: string, content: FleetFile): boolean {
  return existsSync(dirname(dirname(path))) && readFleetFile(path)?.pid !== content.pid;
}

function claim(path: string, content: FleetFile): void {
  claimFleetFile(path, content);
  try {
    writeFileSync(join(dirname(path), ".gitignore"), "*\n");
  } catch {
    // the fleet is found without it
  }
}
