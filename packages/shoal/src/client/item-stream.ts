import { EventStreamParser, type StreamEvent } from "../contract/event-stream.ts";
import type { ItemCodec } from "../contract/item-codec.ts";
import type { ItemStream } from "../contract/stream.ts";
import { STREAM_EVENT } from "../contract/stream-names.ts";
import type { Cancel, Clock } from "../core/clock.ts";
import { isShoalError, messageOf, type ShoalError, shoalError } from "../core/errors.ts";

export interface ItemStreamParts {
  readonly body: AsyncIterable<Uint8Array>;
  readonly codec: Pick<ItemCodec, "decode">;
  readonly clock: Pick<Clock, "after">;
  /** The stream is lost when nothing comes for this long while an item is waited for, in ms. */
  readonly idleMs: number;
  /** A longer item, or any other event, is an error. */
  readonly itemBytesMax: number;
  /** What the reader gets for an error of the stream. */
  readonly explain: (error: ShoalError) => ShoalError;
  /** What the reader gets for the problem document that a service ended it with. */
  readonly explainProblem: (json: string) => ShoalError;
  /** Keeps the process alive while an item is waited for. Default: nothing does. */
  readonly hold?: (() => Cancel) | undefined;
}

type Result = IteratorResult<unknown, undefined>;

/** A reply whose last event has come ends at once; one that does not within this long is let go of. */
const END_MS_MAX = 1_000;

const DONE: Result = Object.freeze({ done: true, value: undefined });

/**
 * The items of a reply, read as they are asked for: nothing runs ahead of the reader but what the transport holds. Only
 * the event of the end is an end; a stream that ends otherwise throws.
 */
export function createItemStream(parts: ItemStreamParts): ItemStream<unknown> {
  return new Reader(parts);
}

/** No generator: one that was never begun would not let go of its reply when it is returned. */
class Reader implements ItemStream<unknown> {
  readonly #parts: ItemStreamParts;
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #parser: EventStreamParser;
  #events: readonly StreamEvent[] = [];
  #at = 0;
  #over = false;
  /** Items are given in the order in which they were asked for, as a generator does. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: ItemStreamParts) {
    this.#parts = parts;
    this.#chunks = parts.body[Symbol.asyncIterator]();
    this.#parser = new EventStreamParser(parts.itemBytesMax);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    const step = () => this.#step();
    const result = this.#last.then(step, step);
    this.#last = result;
    return result;
  }

  readonly return = async (): Promise<Result> => {
    this.#close();
    return DONE;
  };

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
  }

  async #step(): Promise<Result> {
    while (!this.#over) {
      const event = this.#events[this.#at];
      if (event === undefined) {
        await this.#read();
        continue;
      }
      this.#at += 1;
      const result = await this.#resultOf(event);
      if (result) return result;
    }
    return DONE;
  }

  /** Undefined for an event that is none of ours: a later version may send more of them. */
  async #resultOf({ name, data }: StreamEvent): Promise<Result | undefined> {
    if (name === STREAM_EVENT.item) {
      const decoded = await this.#parts.codec.decode(data);
      if (decoded.ok) return { done: false, value: decoded.value };
      throw this.#failed(this.#parts.explain(decoded.error));
    }
    if (name !== STREAM_EVENT.problem && name !== STREAM_EVENT.end) return undefined;
    this.#finish();
    if (name === STREAM_EVENT.problem) throw this.#parts.explainProblem(data);
    return DONE;
  }

  async #read(): Promise<void> {
    try {
      const chunk = await this.#nextChunk();
      if (this.#over) return;
      if (chunk.done === true) throw lost("it broke off before its end");
      this.#events = this.#parser.push(chunk.value);
      this.#at = 0;
    } catch (cause) {
      if (!this.#over) throw this.#failed(this.#parts.explain(this.#errorOf(cause)));
    }
  }

  #nextChunk(): Promise<IteratorResult<Uint8Array>> {
    const { clock, idleMs, hold } = this.#parts;
    return new Promise((resolve, reject) => {
      const release = hold?.();
      const stop = clock.after(idleMs, () => reject(lost(`nothing came of it for ${idleMs} ms`)));
      const settle = () => {
        stop();
        release?.();
      };
      this.#chunks.next().finally(settle).then(resolve, reject);
    });
  }

  #errorOf(cause: unknown): ShoalError {
    if (!isShoalError(cause)) return lost(messageOf(cause), cause);
    if (cause.code !== "BODY_TOO_LARGE") return cause;
    return shoalError("REPLY_INVALID", {
      message: `an item of the stream is over ${this.#parts.itemBytesMax} bytes`,
      hint: "Send smaller items, or raise replyBytesMax in the call policy.",
    });
  }

  #failed(error: ShoalError): ShoalError {
    this.#close();
    return error;
  }

  /** Nothing but the reply's end is left to come: with that read, its connection is free for others. */
  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    const letGo = () => void this.#chunks.return?.().then(undefined, () => {});
    const stop = this.#parts.clock.after(END_MS_MAX, letGo);
    this.#chunks
      .next()
      .then(({ done }) => done !== true && letGo(), letGo)
      .finally(stop);
  }

  /** Nothing more is read: an open reply is let go of, and so its handler is ended. */
  #close(): void {
    if (this.#over) return;
    this.#over = true;
    void this.#chunks.return?.().then(undefined, () => {});
  }
}

function lost(why: string, cause?: unknown): ShoalError {
  return shoalError("CONNECTION_LOST", { message: `the stream was lost: ${why}`, cause });
}
