import type { Clock } from "./clock.ts";

/** Between two looks at the clock, in ms: a hundred timers a second while there is work cost a process nothing. */
export const SAMPLE_MS = 10;
/** The least of so many looks counts: one long computation, or one garbage collection, is no queue. */
const STANDING_SAMPLES = 4;
/** After so long without a look, in ms, earlier ones say nothing of now. */
const STALE_MS = 100;

/**
 * How late the event loop runs what is due: the time that whatever has just come in has been waiting for what came
 * before it. The time for which others had the CPU is none of it, where the clock tells: a compiler beside it is no load
 * of this service, and refusing requests would not end it.
 */
export interface LoopDelay {
  /**
   * Looks go on for a while from here on, and end by themselves when nobody asks for more. To be called with each
   * piece of work: a service without any has no timer.
   */
  readonly wake: () => void;
  /** How late the last look was, in ms. */
  readonly lastMs: () => number;
  /**
   * The delay that stands, in ms: the least of the last four looks, as CoDel (RFC 8289) takes the least of an interval,
   * because a queue that empties between two bursts does no harm; 0 before there were four.
   */
  readonly standingMs: () => number;
}

/** Told of each look. True: look again, though nothing has come in. */
export type OnSample = (nowMs: number) => boolean;

/**
 * Measures the event loop's delay with a timer, which comes as late as everything else does. It is no
 * `monitorEventLoopDelay`, because that one knows its delay only as a histogram of all time, and no simulator's clock.
 */
export function createLoopDelay(
  clock: Pick<Clock, "now" | "after" | "starvedMs">,
  onSample: OnSample = () => false,
): LoopDelay {
  const lateMs = new Float64Array(STANDING_SAMPLES);
  let samples = 0;
  let sampledMs = Number.NEGATIVE_INFINITY;
  let ticking = false;
  let woken = false;
  const starvedMs = () => clock.starvedMs?.() ?? 0;

  const look = (): void => {
    const dueMs = clock.now() + SAMPLE_MS;
    const starvedBeforeMs = starvedMs();
    clock.after(SAMPLE_MS, () => tick(dueMs, starvedBeforeMs));
  };
  const tick = (dueMs: number, starvedBeforeMs: number): void => {
    const nowMs = clock.now();
    lateMs[samples % STANDING_SAMPLES] = Math.max(0, nowMs - dueMs - (starvedMs() - starvedBeforeMs));
    samples += 1;
    sampledMs = nowMs;
    const wanted = onSample(nowMs) || woken;
    woken = false;
    if (wanted) look();
    else ticking = false;
  };

  return {
    wake() {
      woken = true;
      if (ticking) return;
      ticking = true;
      if (clock.now() - sampledMs > STALE_MS) samples = 0;
      look();
    },
    lastMs: () => (samples === 0 ? 0 : (lateMs[(samples - 1) % STANDING_SAMPLES] ?? 0)),
    standingMs: () => (samples < STANDING_SAMPLES ? 0 : Math.min(...lateMs)),
  };
}
