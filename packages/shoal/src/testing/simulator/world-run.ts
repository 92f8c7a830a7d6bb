import { checkDurationMs } from "../../core/options.ts";
import type { WorldClock } from "./world-clock.ts";

/** `until` gives up then: something waits for what will not happen. */
const UNTIL_MS_MAX = 3_600_000;
/** Turns of the real event loop for what takes no time in the world, such as loading a module. */
const REAL_TURNS = 20;

/** How a scenario moves its world's time. */
export interface WorldRun {
  /** Runs a task at a time, in ms since the world began. What it throws ends the run. */
  readonly at: (atMs: number, task: () => unknown) => void;
  /** Moves time by `ms`. */
  readonly run: (ms: number) => Promise<void>;
  /** Moves time until the promise settles, and hands on what it settled to. Throws after an hour of the world's time. */
  readonly until: <Result>(promise: Promise<Result>) => Promise<Result>;
}

export function createWorldRun(clock: WorldClock): WorldRun {
  let problem: { readonly cause: unknown } | undefined;

  const runTo = async (untilMs: number, isOver?: () => boolean) => {
    await clock.run(untilMs, () => problem !== undefined || isOver?.() === true);
    if (!problem) return;
    const { cause } = problem;
    problem = undefined;
    throw cause;
  };

  return {
    at(atMs, task) {
      const fail = (cause: unknown) => {
        problem ??= { cause };
      };
      clock.after(atMs - clock.now(), () => void new Promise((resolve) => resolve(task())).catch(fail));
    },
    run(ms) {
      checkDurationMs("ms", ms);
      return runTo(clock.now() + ms);
    },
    async until(promise) {
      if (clock.isRunning()) return promise;
      let settled = false;
      const settle = () => {
        settled = true;
      };
      promise.then(settle, settle);
      for (let turn = 0; turn < REAL_TURNS && !settled; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (!settled) await runTo(clock.now() + UNTIL_MS_MAX, () => settled);
      if (!settled) throw new Error(`still waiting after ${UNTIL_MS_MAX} ms of the world's time`);
      return promise;
    },
  };
}
