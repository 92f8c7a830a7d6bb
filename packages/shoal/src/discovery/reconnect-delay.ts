import type { Random } from "../core/clock.ts";

/** Bound of the first delay, in ms: the control plane restarts in a few hundred. */
const RECONNECT_MS_FIRST = 50;
/** Bound of every delay, in ms: an instance must be back well within its lease of 10 s. */
export const RECONNECT_MS_MAX = 2_000;

/**
 * How long the registry may be out of reach before it is worth a log line, in ms: a control plane that starts with its
 * fleet, or restarts, is back sooner, and forty services would all say so.
 */
export const QUIET_MS = 2_000;

/**
 * How long to wait before trying to reach the registry again, with full jitter so that a fleet does not come back as one.
 *
 * @param failures Failures in a row before this try, >= 1.
 * @returns ms in [0, min(2 000, 50 * 2 ** (failures - 1))).
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("Full Jitter")
 */
export function reconnectDelayMs(failures: number, random: Random): number {
  return random() * Math.min(RECONNECT_MS_MAX, RECONNECT_MS_FIRST * 2 ** (failures - 1));
}
