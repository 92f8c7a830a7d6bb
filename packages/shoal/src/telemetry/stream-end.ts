import type { Clock } from "../core/clock.ts";
import { isShoalError, messageOf, type ShoalError, shoalError } from "../core/errors.ts";
import { BodyTap, type FallibleBody, tapStream } from "./capture-body.ts";

/** A reply that streams is told of when it ends, or after this long as it is by then; in ms. */
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

export interface ToldStream {
  readonly clock: Pick<Clock, "after">;
  readonly body: FallibleBody;
  /** Keeps what passes. Default: nothing is kept. */
  readonly tap?: BodyTap;
  /** At its end, with what broke it off, or with nothing for who had enough. */
  readonly onEnd: (cause?: unknown) => void;
  /** It goes on after `STREAM_MS_MAX`. */
  readonly onLong: () => void;
}

/** The same stream, told of once: by `onEnd`, or by `onLong` if that comes first. */
export function tellOnce({ clock, body, tap = new BodyTap(0), onEnd, onLong }: ToldStream): FallibleBody {
  let isTold = false;
  const once = (tell: () => void) => {
    if (isTold) return;
    isTold = true;
    cancel();
    tell();
  };
  const cancel = clock.after(STREAM_MS_MAX, () => once(onLong));
  return tapStream(body, tap, (cause) => once(() => onEnd(cause)));
}
