import type { Cancel, Clock } from "../../core/clock.ts";

/** Spreads the news that something has changed: at once to those who wait for it, in a while to those who watch. */
export interface ChangeHub {
  readonly touch: () => void;
  /** Resolves at the next change. */
  readonly changed: () => Promise<void>;
  readonly onChange: (listener: () => void) => Cancel;
}

/** Listeners hear of a burst of changes once, this long after its first, in ms. */
const SETTLE_MS = 50;

export function createChangeHub(clock: Clock): ChangeHub {
  const listeners = new Set<() => void>();
  let next = Promise.withResolvers<void>();
  let planned = false;
  const tell = () => {
    planned = false;
    for (const listener of listeners) listener();
  };
  return {
    touch() {
      next.resolve();
      next = Promise.withResolvers();
      if (!planned) clock.after(SETTLE_MS, tell);
      planned = true;
    },
    changed: () => next.promise,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
