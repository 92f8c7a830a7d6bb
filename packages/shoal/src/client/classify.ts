import { type HttpReply, headerOf } from "../core/message.ts";
import type { FailureKind, Outcome } from "../core/outcome.ts";
import { HEADER } from "../core/wire.ts";

/** A server's wish to be left alone is believed up to this, in ms (Linkerd's bound). */
const RETRY_AFTER_MS_MAX = 300_000;

/**
 * What a reply means for trying again; undefined for an answer, which every other status is:
 *
 * | reply | kind |
 * | --- | --- |
 * | any failure with `x-shoal-retry: never`; 503 with `x-shoal-nack: final` | `final` |
 * | 503 with `x-shoal-nack: retryable`, or with `Retry-After: 0` (Finagle's convention) | `nacked` |
 * | 429; 409 with `Retry-After`: the first request with the same Idempotency-Key is still running | `throttled` |
 * | any other 5xx | `failed` |
 */
export function kindOfReply(reply: HttpReply): FailureKind | undefined {
  const { status, headers } = reply;
  const throttled = status === 429 || (status === 409 && headerOf(headers, HEADER.retryAfter) !== undefined);
  if (status < 500 && !throttled) return undefined;
  if (headerOf(headers, HEADER.retry) === "never") return "final";
  if (throttled) return "throttled";
  if (status !== 503) return "failed";
  const nack = headerOf(headers, HEADER.nack);
  if (nack === "final") return "final";
  if (nack === "retryable" || headerOf(headers, HEADER.retryAfter) === "0") return "nacked";
  return "failed";
}

/** Retry-After in ms: seconds or a date (RFC 9110, 10.2.3). Undefined when absent or not understood; at most 300 000. */
export function retryAfterMs(reply: HttpReply, wallMs: number): number | undefined {
  const text = headerOf(reply.headers, HEADER.retryAfter)?.trim();
  if (text === undefined || text === "") return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - wallMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX);
}

const IDEMPOTENT_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]);

/** True when a request without a contract may be sent twice: by its method (RFC 9110, 9.2.2), or with a key. */
export function isIdempotent(method: string, headers: Readonly<Record<string, string>>): boolean {
  return IDEMPOTENT_METHODS.has(method) || headers[HEADER.idempotencyKey] !== undefined;
}

/** Kinds of which it is certain that nothing was processed. */
export function isUnprocessed(kind: FailureKind): boolean {
  return kind === "unsent" || kind === "nacked";
}

/**
 * What an outcome says about the instance:
 * - `good`: it answered;
 * - `bad`: lost, late or 5xx;
 * - `refused`: it accepts no connection;
 * - `nacked`, `throttled`: it is busy or leaving, not broken;
 * - `nothing`: our own limit, a caller that left, a deadline that passed before anything was sent.
 */
export type Verdict = "good" | "bad" | "refused" | "nacked" | "throttled" | "nothing";

export function verdictOf(outcome: Outcome<HttpReply>): Verdict {
  if (outcome.ok) return "good";
  switch (outcome.kind) {
    case "unsent":
      return outcome.error.code === "CONNECT_FAILED" ? "refused" : "nothing";
    case "nacked":
      return "nacked";
    case "throttled":
      return outcome.reply?.status === 409 ? "good" : "throttled";
    case "ambiguous":
    case "failed":
      return "bad";
    case "final":
      return finalVerdict(outcome.reply);
    default:
      return outcome.kind satisfies never;
  }
}

function finalVerdict(reply: HttpReply | undefined): Verdict {
  if (reply === undefined) return "nothing";
  if (reply.status < 500) return reply.status === 429 ? "throttled" : "good";
  return headerOf(reply.headers, HEADER.nack) === undefined ? "bad" : "nacked";
}
