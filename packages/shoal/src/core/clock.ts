/** Stops what was scheduled; calling it twice, or after it ran, does nothing. */
export type Cancel = () => void;

/** The only source of time. A function that needs only "what time is it" takes `nowMs: number` instead. */
export interface Clock {
  /** Milliseconds since an arbitrary origin; monotonic, so use it for durations and never as a date. */
  readonly now: () => number;
  /** Milliseconds since the Unix epoch; may jump, so use it for dates and never for durations. */
  readonly wallMs: () => number;
  /** The Unix ms, with fractions, of a moment on `now()`'s scale. Default: see `unixMs`. */
  readonly unixMs?: (nowMs: number) => number;
  /**
   * How long this thread was ready to run and had no CPU, in ms since any moment: what others on the machine took.
   * Absent where nobody says.
   */
  readonly starvedMs?: () => number;
  /**
   * Runs `task` once, when what has come in by now was read: in the next turn of the event loop. Absent where
   * there is no such thing.
   */
  readonly soon?: (task: () => void) => void;
  /**
   * Runs `task` once, when what has just been begun has run as far as it can without waiting. Absent where there is no
   * such thing.
   */
  readonly settled?: (task: () => void) => void;
  /** Runs `task` once, `ms` from now (0 when negative). The timer does not keep the process alive. */
  readonly after: (ms: number, task: () => void) => Cancel;
}

/** The Unix ms, with fractions where the clock knows them, of a moment on `clock.now()`'s scale. */
export function unixMs(clock: Clock, nowMs: number): number {
  return clock.unixMs ? clock.unixMs(nowMs) : clock.wallMs() - clock.now() + nowMs;
}

/** Uniform in [0, 1). The only source of randomness. */
export type Random = () => number;

/** Resolves after `ms`. Rejects with `signal.reason` when aborted first, and leaves no timer behind. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
