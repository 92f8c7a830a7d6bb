import type { Cancel, Clock, Random } from "../core/clock.ts";
import type { Ports } from "../core/service.ts";

/** The machine's own time. */
export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  wallMs: () => Date.now(),
  after(ms: number, task: () => void) {
    const timer = setTimeout(task, Math.max(0, ms));
    timer.unref();
    return () => clearTimeout(timer);
  },
});

const systemRandom: Random = () => Math.random();

export const systemPorts: Ports = Object.freeze({ clock: systemClock, random: systemRandom });

/** The longest a timer can be; it is cancelled long before. */
const FOREVER_MS = 2 ** 31 - 1;

/** Keeps the process alive until cancelled: a script that waits for a reply must not end before it. */
export function holdProcess(): Cancel {
  const timer = setTimeout(() => {}, FOREVER_MS);
  return () => clearTimeout(timer);
}
