import type { Clock } from "../../core/clock.ts";
import type { History } from "../history/history.ts";

/** How many problems each service had in the last minute. */
export interface ProblemCounts {
  /** What was known last; asks again, for the next time, when that is older than a second. */
  readonly latest: () => ReadonlyMap<string, number>;
  /** At most a second old. What was known last while the history fails. */
  readonly fresh: () => Promise<ReadonlyMap<string, number>>;
}

const WINDOW_MS = 60_000;
const FRESH_MS = 1_000;

export function createProblemCounts(clock: Clock, history: Pick<History, "problemsSince">): ProblemCounts {
  let known: ReadonlyMap<string, number> = new Map();
  let askedMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<ReadonlyMap<string, number>> | undefined;

  const ask = async () => {
    try {
      known = await history.problemsSince(clock.wallMs() - WINDOW_MS);
    } catch {
      // The history says in its warnings what is wrong; a badge that stands still is the least of it.
    } finally {
      askedMs = clock.now();
      asking = undefined;
    }
    return known;
  };
  const fresh = (): Promise<ReadonlyMap<string, number>> => {
    if (clock.now() - askedMs < FRESH_MS) return Promise.resolve(known);
    asking ??= ask();
    return asking;
  };
  return {
    latest() {
      void fresh();
      return known;
    },
    fresh,
  };
}
