/**
 * Runs a task again and again, each time after the one before has settled, and never keeps the process alive for it.
 * @param failed Gets what a run threw; the next run comes all the same.
 */
export function every(ms: number, task: () => void | Promise<void>, failed: (error: unknown) => void): void {
  const run = async () => {
    try {
      await task();
    } catch (error) {
      failed(error);
    }
    setTimeout(run, ms).unref();
  };
  setTimeout(run, ms).unref();
}
