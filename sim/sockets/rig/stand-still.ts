/** Nobody ever wakes who waits for it. */
const NEVER = new Int32Array(new SharedArrayBuffer(4));

/**
 * Makes a function that has the event loop stand still for so many ms, which takes no core from other processes. What one
 * time is too long the next pays back, or a busy machine would lower the capacity.
 */
export function createStandStill(): (ms: number) => void {
  let lateMs = 0;
  return (ms) => {
    const untilMs = performance.now() + ms - lateMs;
    const leftMs = untilMs - performance.now();
    if (leftMs > 0) Atomics.wait(NEVER, 0, 0, leftMs);
    lateMs = Math.max(0, performance.now() - untilMs);
  };
}
