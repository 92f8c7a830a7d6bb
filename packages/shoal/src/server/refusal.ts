import { problemReply } from "../contract/problem.ts";
import { type ErrorCode, type ShoalError, shoalError } from "../core/errors.ts";
import type { HttpReply, ReplyHeaders } from "../core/message.ts";
import { HEADER } from "../core/wire.ts";

/** A failing reply. A 5xx whose error says that a retry cannot help carries `x-shoal-retry: never`, for every caller above. */
export function refusal(error: ShoalError, service: string, headers: ReplyHeaders = {}): HttpReply {
  const tellsAll = error.status >= 500 && error.retry === "never";
  return problemReply(error, service, tellsAll ? { [HEADER.retry]: "never", ...headers } : headers);
}

/**
 * A refusal that proves that the work was not begun: 503 with `x-shoal-nack`.
 * @param kind `retryable`: another instance may take it at once; `final`: nobody waits for the answer any more.
 */
export function nack(kind: "retryable" | "final", code: ErrorCode, service: string, message: string): HttpReply {
  const error = shoalError(code, { message, status: 503, retry: kind === "final" ? "never" : "now" });
  return problemReply(error, service, { [HEADER.nack]: kind });
}
