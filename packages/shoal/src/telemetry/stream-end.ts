import { isShoalError, messageOf, type ShoalError, shoalError } from "../core/errors.ts";
import { BodyTap, type FallibleBody, tapStream } from "./capture-body.ts";

/** A reply that streams is told of when it ends, or after this long as it was by then; in ms. */
export const STREAM_MS_MAX = 30_000;

/**
 * How a reply that streamed failed after its status had gone out; undefined for what its caller is to be told, a 4xx
 * in its last event, and for a caller that had enough.
 * @param cause What broke it off; undefined at its end, or when its reader left.
 */
export function streamFailure({ error }: FallibleBody, cause?: unknown): ShoalError | undefined {
  if (isShoalError(error)) return error.status >= 500 ? error : undefined;
  if (cause === undefined) return undefined;
  // Whatever it was, the reply is not whole.
  const isFailure = isShoalError(cause) && cause.status >= 500;
  return isFailure ? cause : shoalError("CONNECTION_LOST", { message: messageOf(cause), cause });
}

/** The same stream. @param onEnd Called once: at the end, with what broke it off, or with nothing for who had enough. */
export function watchEnd(body: FallibleBody, onEnd: (cause?: unknown) => void): FallibleBody {
  return tapStream(body, new BodyTap(0), onEnd);
}
