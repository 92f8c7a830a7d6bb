import type { ShoalError } from "../core/errors.ts";

/** What can be ended from outside. */
interface OpenStream {
  /** Its reader is told why, as far as it still reads. */
  readonly end: (why: ShoalError) => void;
}

/** A place among the streams of a service. */
interface StreamPlace {
  /** From now on the stream can be ended by a drain. */
  readonly opened: (stream: OpenStream) => void;
  /** It is over, its handler included; only the first call counts. */
  readonly leave: () => void;
}

/**
 * The streams that a service sends. They have a bound of their own: one that waits for news costs next to nothing, but
 * would hold a place among `concurrencyMax` for hours, and a hundred of them would shut everybody else out. So a stream
 * takes such a place only until its first item is there, as any request does until its answer.
 */
export interface OpenStreams {
  /** Undefined when there are as many as may be. */
  readonly enter: () => StreamPlace | undefined;
  readonly count: () => number;
  readonly endAll: (why: ShoalError) => void;
  /** Resolves when there is none. */
  readonly idle: () => Promise<void>;
}

export function createOpenStreams(streamsMax: number): OpenStreams {
  const open = new Set<OpenStream>();
  const idlers: (() => void)[] = [];
  let count = 0;
  return {
    enter() {
      if (count >= streamsMax) return undefined;
      count += 1;
      let own: OpenStream | undefined;
      let left = false;
      return {
        opened(stream) {
          own = stream;
          open.add(stream);
        },
        leave() {
          if (left) return;
          left = true;
          if (own) open.delete(own);
          count -= 1;
          if (count === 0) for (const resolve of idlers.splice(0)) resolve();
        },
      };
    },
    count: () => count,
    endAll(why) {
      for (const stream of [...open]) stream.end(why);
    },
    idle: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => void idlers.push(resolve))),
  };
}
