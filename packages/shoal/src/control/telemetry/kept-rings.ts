import { createEventRing, type EventRing } from "./event-ring.ts";

/** A history that was added to of late. */
interface KeptRing {
  readonly ring: EventRing;
  /** Unix ms of the last report. */
  readonly heardMs: number;
}

/** Histories by name, a bounded number of them. */
export interface KeptRings {
  /** The history of a name, which is heard of now; undefined when there is no room for another. */
  readonly of: (name: string, nowMs: number) => EventRing | undefined;
  /** Lets go of those that were not heard of for so long. */
  readonly forget: (ms: number, nowMs: number) => void;
  /** In the order of names. */
  readonly sorted: () => readonly (readonly [string, KeptRing])[];
}

export function createKeptRings(ringsMax: number): KeptRings {
  const rings = new Map<string, KeptRing>();
  return {
    of(name, nowMs) {
      const known = rings.get(name);
      if (!known && rings.size >= ringsMax) return undefined;
      const ring = known?.ring ?? createEventRing();
      rings.set(name, { ring, heardMs: nowMs });
      return ring;
    },
    forget(ms, nowMs) {
      for (const [name, { heardMs }] of rings) if (!isWithin(heardMs, nowMs, ms)) rings.delete(name);
    },
    sorted: () => [...rings].sort(([left], [right]) => (left < right ? -1 : 1)),
  };
}

/** A clock set back must not keep what is old for ever, hence the distance. */
export function isWithin(heardMs: number, nowMs: number, ms: number): boolean {
  return Math.abs(nowMs - heardMs) <= ms;
}
