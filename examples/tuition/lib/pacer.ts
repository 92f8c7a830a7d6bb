import { setTimeout as sleep } from "node:timers/promises";

/** Spreads requests evenly over time. */
export interface Pacer {
  /** Resolves when the next request may be sent; those who wait go in their order. */
  readonly next: () => Promise<void>;
  /** Resolves when somebody new would not have to wait. */
  readonly free: () => Promise<void>;
  /** Requests a second from now on; 0 pauses. */
  readonly setRate: (rate: number) => void;
}

const PAUSED_MS = 200;
const LOOK_MS = 5;

/** @param rate Requests a second. */
export function createPacer(rate: number): Pacer {
  let perSecond = rate;
  let lastSlotMs = 0;

  const whilePaused = async () => {
    while (perSecond <= 0) await sleep(PAUSED_MS, undefined, { ref: false });
  };
  return {
    async next() {
      await whilePaused();
      const nowMs = performance.now();
      // Slots that nobody took are gone: after a pause there is no rush.
      lastSlotMs = Math.max(nowMs, lastSlotMs + 1_000 / perSecond);
      await sleep(lastSlotMs - nowMs, undefined, { ref: false });
    },
    async free() {
      do {
        await whilePaused();
        await sleep(LOOK_MS, undefined, { ref: false });
      } while (performance.now() < lastSlotMs);
    },
    setRate(next) {
      perSecond = next;
    },
  };
}
