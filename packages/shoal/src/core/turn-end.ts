import type { Clock } from "./clock.ts";

/**
 * Resolves when all that was begun in this turn of the event loop has run as far as it can without waiting: one promise
 * for all who ask in one turn. Undefined for a clock that does not tell one turn from another.
 */
export type TurnEnd = () => Promise<void> | undefined;

export function createTurnEnd({ settled }: Pick<Clock, "settled">): TurnEnd {
  if (settled === undefined) return () => undefined;
  let current: Promise<void> | undefined;
  return () => {
    current ??= new Promise((resolve) => {
      settled(() => {
        current = undefined;
        resolve();
      });
    });
    return current;
  };
}
