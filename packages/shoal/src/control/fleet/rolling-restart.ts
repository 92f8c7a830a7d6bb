import type { InstanceRunner } from "./instance-runner.ts";

export interface RollingRestart {
  /** Starts, or starts over. */
  readonly begin: (cause: "request" | "change") => void;
  /** Touches no further instance. */
  readonly cancel: () => void;
}

const SETTLED = new Set(["ready", "failed", "crash-loop", "stopped"]);

/** True when nothing more will happen to it soon. */
export function isSettled(runner: InstanceRunner): boolean {
  return SETTLED.has(runner.status().state);
}

/**
 * Restarts the instances of a service: at once those that serve nobody, the others one after the other, each ready
 * before the next is touched, so that somebody always serves. Ends at one that does not become ready: the others go on
 * as they are. A second `begin` meanwhile starts over, with newer files.
 * @param changed Resolves at the next change of any instance.
 */
export function createRollingRestart(runners: readonly InstanceRunner[], changed: () => Promise<void>): RollingRestart {
  let round = 0;
  const roll = async (cause: "request" | "change", own: number) => {
    const serving = runners.filter((runner) => runner.status().state === "ready");
    for (const runner of runners) if (!serving.includes(runner)) runner.restart(cause);
    // With nobody idle to begin with, the first of those that serve goes first, and the others wait for it.
    for (const runner of serving) {
      runner.restart(cause);
      while (round === own && !isSettled(runner)) await changed();
      if (round !== own || runner.status().state !== "ready") return;
    }
  };
  return {
    begin(cause) {
      round += 1;
      void roll(cause, round);
    },
    cancel() {
      round += 1;
    },
  };
}
