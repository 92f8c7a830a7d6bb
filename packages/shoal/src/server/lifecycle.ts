/**
 * Where a server is in its life, always in this order:
 * - `starting`: not listening, or its handlers are still being made;
 * - `ready`: in the registry;
 * - `draining`: has left it, still answers, and asks each connection to close;
 * - `closed`: takes nothing more.
 */
type Phase = "starting" | "ready" | "draining" | "closed";

const ORDER: readonly Phase[] = ["starting", "ready", "draining", "closed"];

/** The phase of one server, shared by its parts. */
export interface Lifecycle {
  readonly phase: () => Phase;
  /** Goes on to a later phase; an earlier one is ignored. */
  readonly advance: (to: Phase) => void;
}

export function createLifecycle(): Lifecycle {
  let phase: Phase = "starting";
  return {
    phase: () => phase,
    advance(to) {
      if (ORDER.indexOf(to) > ORDER.indexOf(phase)) phase = to;
    },
  };
}
