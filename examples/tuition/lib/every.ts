export interface EveryOptions {
  /** Ends it; it never keeps the process alive by itself. */
  readonly signal: AbortSignal;
  /** Gets what a run threw; the next run comes all the same. */
  readonly failed: (error: unknown) => void;
}

/** Runs a task again and again, each time `ms` after the one before has settled. */
export function every(ms: number, task: () => void | Promise<void>, { signal, failed }: EveryOptions): void {
  const run = async () => {
    if (signal.aborted) return;
    try {
      await task();
    } catch (error) {
      failed(error);
    }
    setTimeout(run, ms).unref();
  };
  setTimeout(run, ms).unref();
}
