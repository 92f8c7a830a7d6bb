import type { Cancel, Clock, Random } from "../core/clock.ts";
import { outsideOfCalls } from "../core/context.ts";
import type { Ports } from "../core/service.ts";
import { reusedTimers } from "./reused-timers.ts";
import { openStarvedTime } from "./starved-time.ts";

/** Unix ms at `now()` 0. Moved when the machine's date is set, or after it slept: `now()` stands still meanwhile. */
let originMs = performance.timeOrigin;
let originCheckedMs = 0;
/** A difference that `Date.now()`, which knows no fractions, does not explain. */
const ORIGIN_MS_OFF = 5;

/** `Date.now()` in whole ms would have a caller's span begin after its callee's. */
function unixMs(nowMs: number): number {
  if (nowMs - originCheckedMs > 1_000) {
    originCheckedMs = nowMs;
    const measuredMs = Date.now() - performance.now();
    if (Math.abs(measuredMs - originMs) > ORIGIN_MS_OFF) originMs = measuredMs;
  }
  return originMs + nowMs;
}

let starvedTime: (() => number) | undefined;

/** Opened by the first who asks: most processes never do. */
function starvedMs(): number {
  starvedTime ??= openStarvedTime() ?? (() => 0);
  return starvedTime();
}

/** The machine's own time. */
export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  wallMs: () => Date.now(),
  unixMs,
  starvedMs,
  soon: (task: () => void) => void setImmediate(task),
  // a tick that a microtask asks for comes after all microtasks
  settled: (task: () => void) => queueMicrotask(() => process.nextTick(task)),
  after: reusedTimers({
    now: () => performance.now(),
    after(ms: number, task: () => void) {
      const timer = outsideOfCalls(() => setTimeout(task, ms));
      timer.unref();
      return () => clearTimeout(timer);
    },
  }),
});

const systemRandom: Random = () => Math.random();

export const systemPorts: Ports = Object.freeze({ clock: systemClock, random: systemRandom });

/** The longest a timer can be; it is cancelled long before. */
const FOREVER_MS = 2 ** 31 - 1;

let holders = 0;
let held: NodeJS.Timeout | undefined;

/**
 * Keeps the process alive until cancelled: a script that waits for a reply must not end before it. One timer for all
 * calls that are in flight at once: one for each was a twentieth of the client's work.
 */
export function holdProcess(): Cancel {
  holders += 1;
  if (holders === 1) held = held?.ref() ?? setTimeout(() => {}, FOREVER_MS);
  let isHolding = true;
  return () => {
    if (isHolding) letGo();
    isHolding = false;
  };
}

function letGo(): void {
  holders -= 1;
  if (holders === 0) held?.unref(); // and is kept: to set one for each call that is alone costs more than to hold it
}
