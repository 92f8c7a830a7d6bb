/** Time constant of the average, in ms: what happened this long ago counts a third. Finagle's and Linkerd's 10 s. */
const LOAD_TAU_MS = 10_000;

/** Weight of a new sample in what is usual: TCP's for its smoothed round trip (RFC 6298). */
const USUAL_WEIGHT = 1 / 8;

/** How an attempt went, as far as balancing goes. */
interface LoadSample {
  /** What it is charged with, in ms: its time, or more when it failed. */
  readonly costMs: number;
  /** The time it took, in ms. */
  readonly rttMs: number;
}

/** How busy and how slow an instance is, as seen from here. */
export interface Load {
  /** Attempts in flight. */
  readonly pending: () => number;
  /** An attempt begins. */
  readonly begin: (nowMs: number) => void;
  /** It ended; without a sample when its time says nothing about the instance. */
  readonly end: (sample: LoadSample | undefined, nowMs: number) => void;
  /** What an attempt usually takes, in ms, failures at no more than their time; undefined before the first sample. */
  readonly usualMs: () => number | undefined;
  /**
   * The average cost, in ms, decayed towards 0 until now, and no less than the time since anything was heard of it while
   * something is in flight; undefined before the first sample.
   */
  readonly costMs: (nowMs: number) => number | undefined;
  /** Forgets what was measured: the instance is another one now. Attempts in flight stay. */
  readonly reset: () => void;
}

/**
 * Peak-sensitive exponentially weighted moving average (Finagle's PeakEwma): a sample over the average replaces it at
 * once, one below pulls it down slowly. Without samples it decays towards 0, which is what brings a slow instance its
 * next request, and so the chance to show that it has recovered.
 *
 * An instance that has fallen silent has no slow samples, only quick ones of before: without counting its silence it would
 * look the best until the first attempt has timed out, and the more so the slower the others are.
 */
export function createLoad(): Load {
  let costMs: number | undefined;
  let usualMs: number | undefined;
  let measuredMs = 0;
  let pending = 0;
  let heardMs = 0;
  const silentMs = (nowMs: number) => (pending === 0 ? 0 : nowMs - heardMs);
  const decayed = (nowMs: number) =>
    costMs === undefined ? undefined : costMs * Math.exp(-Math.max(0, nowMs - measuredMs) / LOAD_TAU_MS);

  return {
    pending: () => pending,
    begin(nowMs) {
      if (pending === 0) heardMs = nowMs;
      pending += 1;
    },
    end(sample, nowMs) {
      pending -= 1;
      heardMs = nowMs;
      if (!sample) return;
      costMs = averaged(costMs, sample.costMs, Math.max(0, nowMs - measuredMs));
      usualMs = usualMs === undefined ? sample.rttMs : usualMs + USUAL_WEIGHT * (sample.rttMs - usualMs);
      measuredMs = nowMs;
    },
    usualMs: () => usualMs,
    costMs(nowMs) {
      const averageMs = decayed(nowMs);
      return averageMs === undefined ? undefined : Math.max(averageMs, silentMs(nowMs));
    },
    reset() {
      costMs = undefined;
      usualMs = undefined;
    },
  };
}

function averaged(costMs: number | undefined, rttMs: number, elapsedMs: number): number {
  if (costMs === undefined || rttMs > costMs) return rttMs;
  const weight = Math.exp(-elapsedMs / LOAD_TAU_MS);
  return costMs * weight + rttMs * (1 - weight);
}
