import type { Random } from "../../core/clock.ts";
import { isShoalError } from "../../core/errors.ts";
import { checkDurationMs, checkOption } from "../../core/options.ts";
import { createTally, type Tally } from "./tally.ts";
import type { TimelineWriter } from "./timeline.ts";
import type { WorldClock } from "./world-clock.ts";

export interface LoadOptions {
  /** Calls begun in a second, over 0: whether the ones before have ended or not, as users do. */
  readonly perSecond: number;
  /** How long, in ms. */
  readonly forMs: number;
  /** Makes the call; given its number, from 0. */
  readonly call: (index: number) => Promise<unknown>;
  /** `random`: as of independent callers (a Poisson process); `even`: at equal distances. Default `random`. */
  readonly arrivals?: "random" | "even";
}

export interface LoadParts {
  readonly clock: WorldClock;
  readonly random: Random;
  readonly timeline: TimelineWriter;
}

/** Begins calls at a rate, from now on, while the world runs, and counts how they go. */
export function startLoad({ clock, random, timeline }: LoadParts, options: LoadOptions): Tally {
  const { perSecond, forMs, call, arrivals = "random" } = options;
  checkOption(perSecond > 0, "perSecond", "over 0", perSecond);
  checkDurationMs("forMs", forMs);
  const tally = createTally();
  const endMs = clock.now() + forMs;
  let index = 0;
  /** Of the calls that ended since the last report. */
  let tookMs: number[] = [];
  let failures = 0;

  const begin = () => {
    const startMs = clock.now();
    if (startMs >= endMs) return;
    const number = index++;
    next();
    const ended = (failure: string | undefined) => {
      tally.ended(startMs, clock.now(), failure);
      tookMs.push(clock.now() - startMs);
      if (failure !== undefined) failures += 1;
    };
    call(number).then(
      () => ended(undefined),
      (cause: unknown) => ended(isShoalError(cause) ? cause.code : String(cause)),
    );
  };
  const next = () => {
    const meanMs = 1_000 / perSecond;
    clock.after(arrivals === "even" ? meanMs : -Math.log(1 - random()) * meanMs, begin);
  };
  const report = () => {
    const sorted = tookMs.sort((left, right) => left - right);
    const p99Ms = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
    timeline.milestone("load", `${sorted.length} calls ended, ${failures} failed, p99 ${p99Ms.toFixed(1)} ms`);
    tookMs = [];
    failures = 0;
    if (clock.now() < endMs) clock.after(1_000, report);
  };
  next();
  clock.after(1_000, report);
  return tally;
}
