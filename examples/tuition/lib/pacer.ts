import { setTimeout as sleep } from "node:timers/promises";

/** Spreads requests evenly over time. */
export interface Pacer {
  /** Resolves when the next request may be sent; those who wait go in their order. */
  readonly next: () => Promise<void>;
  /** Resolves when a slot would be free for somebody new: nobody waits. At most every few ms. */
  readonly free: () => Promise<void>;
  readonly rate: () => number;
  /** Requests a second from now on; 0 pauses. */
  readonly setRate: (rate: number) => void;
}

const PAUSED_MS = 200;

/** @param rate Requests a second. */
export function createPacer(rate: number): Pacer {
  let perSecond = rate;
  let waiting = 0;
  let tail: Promise<void> = Promise.resolve();

  const turn = async () => {
    while (perSecond <= 0) await sleep(PAUSED_MS, undefined, { ref: false });
    await sleep(1_000 / perSecond, undefined, { ref: false });
  };
  return {
    async next() {
      waiting += 1;
      const before = tail;
      const own = before.then(turn);
      tail = own;
      await own;
      waiting -= 1;
    },
    async free() {
      do await sleep(perSecond > 0 ? Math.max(5, 1_000 / perSecond) : PAUSED_MS, undefined, { ref: false });
      while (waiting > 0 || perSecond <= 0);
    },
    rate: () => perSecond,
    setRate(next) {
      perSecond = next;
    },
  };
}
