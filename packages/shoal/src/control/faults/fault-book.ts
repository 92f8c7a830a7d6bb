import { FAULTS_MAX, type Fault } from "../../discovery/fault.ts";

/** A fault as it is asked for: what it is, without its place in time. */
export type FaultWish = Omit<Fault, "id" | "remainingMs">;

/** A fault that lasts. */
export interface KeptFault extends FaultWish {
  readonly id: string;
  /** Who asked for it, such as "cli". */
  readonly by: string;
  /** Unix ms, for people. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** When it ends, on `clock.now()`'s scale: this is what counts. */
  readonly endMs: number;
}

/** The faults that last: no timer, no clock, no I/O. */
export interface FaultBook {
  /** False when there is no room: FAULTS_MAX. */
  readonly add: (fault: KeptFault, nowMs: number) => boolean;
  /** Takes it out; undefined when it does not last. */
  readonly remove: (id: string) => KeptFault | undefined;
  /** Those that last, in the order in which they were added. */
  readonly lasting: (nowMs: number) => readonly KeptFault[];
  /** Takes out what has ended, and returns it. */
  readonly expire: (nowMs: number) => readonly KeptFault[];
  /** When the next one ends; undefined when none lasts. */
  readonly nextEndMs: () => number | undefined;
}

export function createFaultBook(): FaultBook {
  const faults = new Map<string, KeptFault>();
  const lasting = (nowMs: number) => [...faults.values()].filter(({ endMs }) => endMs > nowMs);
  return {
    add(fault, nowMs) {
      if (lasting(nowMs).length >= FAULTS_MAX) return false;
      faults.set(fault.id, fault);
      return true;
    },
    remove(id) {
      const fault = faults.get(id);
      faults.delete(id);
      return fault;
    },
    lasting,
    expire(nowMs) {
      const ended = [...faults.values()].filter(({ endMs }) => endMs <= nowMs);
      for (const { id } of ended) faults.delete(id);
      return ended;
    },
    nextEndMs: () => (faults.size === 0 ? undefined : Math.min(...[...faults.values()].map(({ endMs }) => endMs))),
  };
}

/** As callers are told of it. */
export function toldFault(fault: KeptFault, nowMs: number): Fault {
  const { by: _by, sinceMs: _sinceMs, untilMs: _untilMs, endMs, ...rest } = fault;
  return { ...rest, remainingMs: Math.max(0, endMs - nowMs) };
}
