import type { Cancel, Clock } from "../core/clock.ts";
import { type ShoalError, shoalError } from "../core/errors.ts";

/** What a stream does to the connection it comes from. */
export interface ReplySource {
  readonly pause: () => void;
  readonly resume: () => void;
  /** The reader has taken so many bytes. */
  readonly taken?: (bytes: number) => void;
  /** Ends the connection: nobody wants the rest. */
  readonly abort: (reason: Error) => void;
}

export interface ReplyStreamOptions {
  readonly clock: Clock;
  /** Bytes held for a slow reader before the connection is paused. */
  readonly bufferBytesMax: number;
  /** The stream fails when for this long nothing arrives, or what has arrived is not read, in ms. */
  readonly idleMs: number;
}

/**
 * The body of a reply that is still arriving; it can be read once. It takes in up to `bufferBytesMax` before anybody
 * reads, so that a short reply that nobody reads still frees its connection.
 */
export class ReplyStream implements AsyncIterable<Uint8Array> {
  /** Resolves when the connection is free again: the reply arrived whole, was lost or was cancelled. Never rejects. */
  readonly finished: Promise<void>;
  readonly #source: ReplySource;
  readonly #options: ReplyStreamOptions;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #paused = false;
  #end: { readonly error: Error | undefined } | undefined;
  #wake: (() => void) | undefined;
  #finish: () => void = () => {};
  #lastMoveMs: number;
  #cancelIdle: Cancel;

  constructor(source: ReplySource, options: ReplyStreamOptions) {
    this.#source = source;
    this.#options = options;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#lastMoveMs = options.clock.now();
    this.#cancelIdle = options.clock.after(options.idleMs, () => this.#checkIdle());
  }

  /** A chunk arrived. */
  push(chunk: Uint8Array): void {
    if (this.#end) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.byteLength;
    this.#lastMoveMs = this.#options.clock.now();
    if (this.#bytes > this.#options.bufferBytesMax && !this.#paused) {
      this.#paused = true;
      this.#source.pause();
    }
    this.#wake?.();
  }

  /** The reply is whole, or was lost with an error: then the reader gets the error after the bytes that arrived. */
  end(error?: Error): void {
    if (this.#end) return;
    this.#end = { error };
    this.#cancelIdle();
    this.#finish();
    this.#wake?.();
  }

  /** Nobody wants the rest: frees the connection at once. */
  cancel(reason: ShoalError = unread()): void {
    if (this.#end) return;
    this.end(reason);
    this.#chunks.length = 0;
    this.#source.abort(reason);
  }

  /** No generator: one that was never begun would not run its `finally` when it is returned. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined, undefined> {
    return {
      next: () => this.#next(),
      return: () => {
        this.cancel();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk) {
        this.#taken(chunk.byteLength);
        return { done: false, value: chunk };
      }
      if (this.#end?.error) throw this.#end.error;
      if (this.#end) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  #taken(bytes: number): void {
    this.#bytes -= bytes;
    this.#lastMoveMs = this.#options.clock.now();
    this.#source.taken?.(bytes);
    if (this.#paused && this.#bytes <= this.#options.bufferBytesMax / 2) {
      this.#paused = false;
      this.#source.resume();
    }
  }

  /** One timer for the whole stream, moved on when it finds that something moved: a timer per chunk would cost more. */
  #checkIdle(): void {
    const { clock, idleMs } = this.#options;
    const leftMs = this.#lastMoveMs + idleMs - clock.now();
    if (leftMs > 0) {
      this.#cancelIdle = clock.after(leftMs, () => this.#checkIdle());
      return;
    }
    const what = this.#paused ? "was not read" : "stood still";
    this.cancel(shoalError("CONNECTION_LOST", { message: `the reply ${what} for ${idleMs} ms` }));
  }
}

function unread(): ShoalError {
  return shoalError("CANCELLED", { message: "the reply was not read to its end" });
}
