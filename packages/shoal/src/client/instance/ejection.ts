import type { Random } from "../../core/clock.ts";
import type { EjectionReason } from "../../telemetry/resilience.ts";
import type { ServiceSettings } from "../policy.ts";
import { createSlidingCount } from "../sliding-count.ts";

type EjectionOptions = Pick<
  ServiceSettings,
  | "ejectionFailuresMax"
  | "ejectionRatioMin"
  | "ejectionSamplesMin"
  | "ejectionWindowMs"
  | "ejectionMsFirst"
  | "ejectionMsMax"
>;

/**
 * Where an instance stands:
 * - `in`: it takes requests; `failuresInRow` is the run that may end it, `times` how often it was out of late;
 * - `out`: it takes none until `untilMs`, then one probe;
 * - `probing`: that one is in flight.
 */
type EjectionState =
  | { readonly kind: "in"; readonly failuresInRow: number; readonly times: number; readonly sinceMs: number }
  | { readonly kind: "out"; readonly untilMs: number; readonly times: number; readonly cause: EjectionCause }
  | { readonly kind: "probing"; readonly times: number; readonly cause: EjectionCause };

type StateIn = EjectionState & { readonly kind: "in" };
type StateProbing = EjectionState & { readonly kind: "probing" };

/** What took an instance out. */
interface EjectionCause {
  readonly reason: Exclude<EjectionReason, "connection_refused">;
  /** When it went out, on `clock.now()`'s scale; probes that failed since do not change it. */
  readonly sinceMs: number;
}

/** What an attempt said about the instance; `soft` counts for the share of failures and fails a probe, but is no part of a run. */
export type Sample = "good" | "bad" | "soft" | "busy" | "nothing";

/**
 * How an attempt came to be made:
 * - `usual`: the instance was in;
 * - `probe`: it was out, and this attempt is to find out whether it is well again;
 * - `panic`: it was out and not due, but too few others were left.
 */
export type Turn = "usual" | "probe" | "panic";

type EjectionChange = "ejected" | "readmitted" | "recovered";

export interface Ejection {
  /** `due`: out, but the next request may be the probe. */
  readonly status: (nowMs: number) => "in" | "due" | "out";
  /** False while it is not in, and while it fails too often but stays in because too many others are out. */
  readonly isWell: (nowMs: number) => boolean;
  /** When it became due; undefined unless it is. */
  readonly dueSinceMs: (nowMs: number) => number | undefined;
  /** Why and since when it is out; undefined while it is in. */
  readonly cause: () => EjectionCause | undefined;
  /** When the next probe may go to it; undefined while it is in, and while one is under way. */
  readonly probeAtMs: () => number | undefined;
  /** If it is out, the next probe may go to it at once: its neighbours are well again. */
  readonly hasten: (nowMs: number) => void;
  /** An attempt begins; its end must be recorded with what this returns. */
  readonly begin: (nowMs: number) => Turn;
  /**
   * An attempt ended. `busy` (a nack) fails a probe and counts for nothing else; `nothing` gives a probe back. A good
   * answer in a panic is as good as a probe's, a bad one is no news.
   * @param mayEject Asked only when it would go out: false while too many others are.
   * @returns `ejected` when it went out, but not when a probe failed; `readmitted` when it came back in; `recovered`
   * when it is well again and had stayed in only because too many others were out.
   */
  readonly record: (sample: Sample, turn: Turn, nowMs: number, mayEject: () => boolean) => EjectionChange | undefined;
}

/**
 * Takes an instance out after `failuresMax` failures in a row, or when its share of successes over the window falls
 * below `ratioMin`; lets exactly one probe through when its time is over. After Finagle's FailureAccrual and Linkerd's
 * unified breaker: a probe is a real request, times double with equal jitter.
 */
export function createEjection(options: EjectionOptions, random: Random, startMs: number): Ejection {
  const successes = createSlidingCount(options.ejectionWindowMs, startMs);
  const failures = createSlidingCount(options.ejectionWindowMs, startMs);
  let state: EjectionState = { kind: "in", failuresInRow: 0, times: 0, sinceMs: startMs };

  const goOut = (times: number, nowMs: number, cause: EjectionCause) => {
    state = { kind: "out", untilMs: nowMs + outMs(times, options, random), times: times + 1, cause };
  };
  const readmit = (times: number, nowMs: number) => {
    successes.clear();
    failures.clear();
    state = { kind: "in", failuresInRow: 0, times, sinceMs: nowMs };
    return "readmitted" as const;
  };
  const failing = (failuresInRow: number, nowMs: number): EjectionCause["reason"] | undefined => {
    if (failuresInRow >= options.ejectionFailuresMax) return "consecutive_failures";
    const good = successes.total(nowMs);
    const samples = good + failures.total(nowMs);
    const isTooLow = samples >= options.ejectionSamplesMin && good / samples < options.ejectionRatioMin;
    return isTooLow ? "failure_ratio" : undefined;
  };
  const settleGood = (current: StateIn, nowMs: number) => {
    const mightNotGoOut = current.failuresInRow >= options.ejectionFailuresMax;
    if (mightNotGoOut) readmit(current.times, nowMs);
    else if (current.failuresInRow > 0) state = { ...current, failuresInRow: 0 };
    successes.add(nowMs);
    return mightNotGoOut ? ("recovered" as const) : undefined;
  };
  const settleIn = (current: StateIn, sample: Sample, nowMs: number, mayEject: () => boolean) => {
    if (sample === "nothing" || sample === "busy") return undefined;
    if (sample === "good") return settleGood(current, nowMs);
    failures.add(nowMs);
    const failuresInRow = current.failuresInRow + (sample === "bad" ? 1 : 0);
    state = { ...current, failuresInRow };
    const reason = failing(failuresInRow, nowMs);
    if (reason === undefined || !mayEject()) return undefined;
    // Whoever stayed in for as long as the longest time out starts afresh; one that flaps stays out longer each time.
    const times = nowMs - current.sinceMs > options.ejectionMsMax ? 0 : current.times;
    goOut(times, nowMs, { reason, sinceMs: nowMs });
    return "ejected" as const;
  };
  const settleProbe = ({ times, cause }: StateProbing, sample: Sample, nowMs: number) => {
    if (sample === "good") return readmit(times, nowMs);
    if (sample === "nothing") state = { kind: "out", untilMs: nowMs, times, cause };
    else goOut(times, nowMs, cause);
    return undefined;
  };

  return {
    status(nowMs) {
      if (state.kind === "in") return "in";
      return state.kind === "out" && nowMs >= state.untilMs ? "due" : "out";
    },
    dueSinceMs: (nowMs) => (state.kind === "out" && nowMs >= state.untilMs ? state.untilMs : undefined),
    isWell: (nowMs) => state.kind === "in" && failing(state.failuresInRow, nowMs) === undefined,
    cause: () => (state.kind === "in" ? undefined : state.cause),
    probeAtMs: () => (state.kind === "out" ? state.untilMs : undefined),
    hasten(nowMs) {
      if (state.kind === "out" && nowMs < state.untilMs) state = { ...state, untilMs: nowMs };
    },
    begin(nowMs) {
      if (state.kind === "in") return "usual";
      if (state.kind === "probing" || nowMs < state.untilMs) return "panic";
      state = { kind: "probing", times: state.times, cause: state.cause };
      return "probe";
    },
    record(sample, turn, nowMs, mayEject) {
      if (turn === "probe") return state.kind === "probing" ? settleProbe(state, sample, nowMs) : undefined;
      if (state.kind === "in") return settleIn(state, sample, nowMs, mayEject);
      return turn === "panic" && sample === "good" ? readmit(state.times, nowMs) : undefined; // else begun before it went out
    },
  };
}

/** Equal jitter: half of the time is sure, half is random. */
function outMs(times: number, options: EjectionOptions, random: Random): number {
  const boundMs = Math.min(options.ejectionMsMax, options.ejectionMsFirst * 2 ** Math.min(times, 31));
  return boundMs / 2 + (random() * boundMs) / 2;
}
