import { captureSettings } from "./capture-settings.ts";

/** What was kept of a body: the pieces as they passed, not copied. */
export interface RawBody {
  readonly chunks: readonly (Uint8Array | string)[];
  /** Of the whole body, or as much of it as has passed. */
  readonly bytes: number;
  /** False when there was more of it than is counted. */
  readonly ended: boolean;
}

export const NO_BODY: RawBody = Object.freeze({ chunks: [], bytes: 0, ended: true });

/** A body that is in memory. */
export function wholeBody(body: Uint8Array | undefined): RawBody {
  return body === undefined || body.byteLength === 0
    ? NO_BODY
    : { chunks: [body], bytes: body.byteLength, ended: true };
}

/** A body that nobody read; its length is what its sender said. */
export function unreadBody(contentLength: string | undefined): RawBody {
  const bytes = Number(contentLength ?? 0);
  return { chunks: [], bytes: Number.isSafeInteger(bytes) && bytes > 0 ? bytes : 0, ended: false };
}

/** Keeps the beginning of a body while it passes, and counts the rest. */
export class BodyTap implements RawBody {
  readonly chunks: (Uint8Array | string)[] = [];
  bytes = 0;
  ended = false;
  readonly #bytesMax: number;

  constructor(bytesMax: number = captureSettings().bodyBytesMax) {
    this.#bytesMax = bytesMax;
  }

  /** @param chunk A string is UTF-8. */
  add(chunk: Uint8Array | string): void {
    if (this.bytes < this.#bytesMax) this.chunks.push(chunk);
    this.bytes += typeof chunk === "string" ? Buffer.byteLength(chunk) : chunk.byteLength;
  }
}

/** A body that knows, once it is over, what its stream failed with. */
export interface FallibleBody extends AsyncIterable<Uint8Array> {
  readonly error?: unknown;
}

/**
 * The same stream, seen by a tap. Nothing is read ahead and nothing waits: a chunk passes when its reader asks for it.
 * @param onEnd Called once: at the end, with what broke it off, or with `undefined` when its reader had enough.
 */
export function tapStream(body: FallibleBody, tap: BodyTap, onEnd: (cause?: unknown) => void): FallibleBody {
  let over = false;
  const end = (cause?: unknown) => {
    if (over) return;
    over = true;
    onEnd(cause);
  };
  return {
    get error() {
      return body.error;
    },
    // No generator: one that was never begun would not run its `finally` when it is returned.
    [Symbol.asyncIterator]() {
      const reader = body[Symbol.asyncIterator]();
      return {
        async next() {
          try {
            const result = await reader.next();
            if (result.done === true) {
              tap.ended = true;
              end();
            } else if (!over) tap.add(result.value);
            return result;
          } catch (cause) {
            end(cause);
            throw cause;
          }
        },
        async return() {
          end();
          await reader.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
