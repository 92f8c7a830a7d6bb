import type { Random } from "../../core/clock.ts";

/** First pause after a refused connection, in ms; Finagle's FailFast. */
const REFUSED_MS_FIRST = 1_000;
/** Longest pause, in ms. */
const REFUSED_MS_MAX = 32_000;

/** Keeps requests away from an instance that accepts no connection. */
export interface FailFast {
  readonly isRefusing: (nowMs: number) => boolean;
  /** When the next request may try; undefined while it accepts connections. */
  readonly retryAtMs: () => number | undefined;
  /** An attempt begins. One that comes after the pause is the only one until it is known how it went. */
  readonly begin: (nowMs: number) => void;
  readonly refused: (nowMs: number) => void;
  readonly connected: () => void;
  /** Since when it refuses; undefined while it accepts connections. */
  readonly sinceMs: () => number | undefined;
  /** If it refuses, the next request may try at once: its neighbours are well again. */
  readonly hasten: (nowMs: number) => void;
}

type State =
  | { readonly kind: "accepting" }
  | { readonly kind: "refusing"; readonly untilMs: number; readonly times: number; readonly sinceMs: number }
  /** One request tries it; if nothing is heard of that one, another may at `untilMs`. */
  | { readonly kind: "trying"; readonly untilMs: number; readonly times: number; readonly sinceMs: number };

/**
 * One refused connection is enough: nothing listens there, and a request that tries it wastes a round. The pauses
 * double, with jitter above the pause, so that it never is shorter than it says. A request, and not a connection in
 * the background, finds out that it is back: a refused request is sent elsewhere at no risk.
 */
export function createFailFast(random: Random): FailFast {
  let state: State = { kind: "accepting" };
  return {
    isRefusing: (nowMs) => state.kind !== "accepting" && nowMs < state.untilMs,
    retryAtMs: () => (state.kind === "accepting" ? undefined : state.untilMs),
    begin(nowMs) {
      if (state.kind === "accepting" || nowMs < state.untilMs) return;
      state = { ...state, kind: "trying", untilMs: nowMs + REFUSED_MS_FIRST };
    },
    refused(nowMs) {
      // those that were under way together are one refusal, not many
      if (state.kind === "refusing" && nowMs < state.untilMs) return;
      const { times, sinceMs } = state.kind === "accepting" ? { times: 0, sinceMs: nowMs } : state;
      state = { kind: "refusing", untilMs: nowMs + pauseMs(times, random), times: times + 1, sinceMs };
    },
    connected() {
      if (state.kind !== "accepting") state = { kind: "accepting" };
    },
    sinceMs: () => (state.kind === "accepting" ? undefined : state.sinceMs),
    hasten(nowMs) {
      // one that is being tried is not: that would be a second request to it
      if (state.kind === "refusing" && nowMs < state.untilMs) state = { ...state, untilMs: nowMs };
    },
  };
}

function pauseMs(times: number, random: Random): number {
  const pause = REFUSED_MS_FIRST * 2 ** Math.min(times, 31);
  return Math.min(REFUSED_MS_MAX, pause * (1 + random() / 2));
}
