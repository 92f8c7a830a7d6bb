import type { Clock } from "../../core/clock.ts";
import { checkOption } from "../../core/options.ts";

/** One core: it works on one thing at a time, first come first served, whether anyone still waits for it or not. */
export interface Processor {
  /** Resolves when work of so many ms at full speed is done. */
  readonly work: (ms: number) => Promise<void>;
  /** Its speed from now on: 1 is full speed, 0.5 takes twice as long. Over 0. What is begun ends as it began. */
  readonly setSpeed: (speed: number) => void;
  /** Works begun and not ended. */
  readonly queued: () => number;
}

/** @param clock Of the process whose core it is. */
export function createProcessor(clock: Pick<Clock, "after">): Processor {
  const waiting: { readonly ms: number; readonly done: () => void }[] = [];
  let head = 0;
  let speed = 1;

  const begin = () => {
    const first = waiting[head];
    if (!first) {
      waiting.length = 0;
      head = 0;
      return;
    }
    clock.after(first.ms / speed, () => {
      head += 1;
      first.done();
      begin();
    });
  };
  return {
    work: (ms) =>
      new Promise((done) => {
        waiting.push({ ms, done });
        if (waiting.length === head + 1) begin();
      }),
    setSpeed(next) {
      checkOption(next > 0, "speed", "over 0", next);
      speed = next;
    },
    queued: () => waiting.length - head,
  };
}
