import type { ShoalError } from "./errors.ts";

/**
 * What is known about a failed attempt, from the safest to the least safe to try again:
 * - `unsent`: the request never left this process (refused connection, local limit, no instance);
 * - `nacked`: the instance refused before it began the work;
 * - `throttled`: refused for its rate (429);
 * - `ambiguous`: it may have been processed (lost connection, attempt timeout);
 * - `failed`: it was processed and failed (5xx);
 * - `final`: nobody above may try again (nack: final, x-shoal-retry: never, deadline, cancellation).
 */
export type FailureKind = "unsent" | "nacked" | "throttled" | "ambiguous" | "failed" | "final";

export interface Success<Reply> {
  readonly ok: true;
  readonly reply: Reply;
}

export interface Failure<Reply> {
  readonly ok: false;
  readonly kind: FailureKind;
  readonly error: ShoalError;
  /** The instance's own answer, if it gave one. */
  readonly reply: Reply | undefined;
  /** How long the instance asked to be left alone, in ms. */
  readonly retryAfterMs: number | undefined;
}

/** How an attempt or a call ended. Inside a stack errors travel as values; only the public surface throws. */
export type Outcome<Reply> = Success<Reply> | Failure<Reply>;

export function success<Reply>(reply: Reply): Success<Reply> {
  return { ok: true, reply };
}

export function failure<Reply>(
  kind: FailureKind,
  error: ShoalError,
  reply?: Reply,
  retryAfterMs?: number,
): Failure<Reply> {
  return { ok: false, kind, error, reply, retryAfterMs };
}
