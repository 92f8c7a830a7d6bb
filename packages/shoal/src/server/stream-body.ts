import { HEARTBEAT } from "../contract/event-stream.ts";
import type { Cancel, Clock } from "../core/clock.ts";
import { type ShoalError, shoalError } from "../core/errors.ts";
import type { Items } from "./items.ts";

/** How the next item came out. */
export interface Step {
  readonly event: Uint8Array;
  /** Nothing comes after it. */
  readonly isLast: boolean;
  /** With the last event: why the handler, which has not come to its end, is to end. */
  readonly why?: ShoalError | undefined;
  /** With an event that says an error: which. */
  readonly error?: ShoalError | undefined;
}

export interface StreamBodyParts {
  readonly clock: Pick<Clock, "after">;
  /** The event that was made before the reply's head went out. */
  readonly first: Step;
  readonly items: Pick<Items, "end">;
  /** Makes the next event. Never rejects. */
  readonly step: () => Promise<Step>;
  /** The event that says why a stream ended. */
  readonly lastEvent: (why: ShoalError) => Uint8Array;
  /** Called once, when the stream is over before its handler has ended: nobody needs the rest. */
  readonly onOver: (why: ShoalError) => void;
  /** Called with what the handler throws when it is asked to end. */
  readonly onEndFailed: (cause: unknown) => void;
  /** Called when the handler goes on `hungMs` after it was asked to end. */
  readonly onHung: () => void;
  /** Called once: when the stream is over, and its handler has ended or counts as hung. */
  readonly onFinished: () => void;
  /** After how long without an item a comment is sent, in ms. */
  readonly heartbeatMs: number;
  /** A reader that takes nothing for this long has gone, in ms. */
  readonly unreadMs: number;
  readonly hungMs: number;
}

type Result = IteratorResult<Uint8Array, undefined>;

const DONE: Result = Object.freeze({ done: true, value: undefined });

/**
 * A stream of events on its way out. Nothing runs ahead: an item is made when the transport asks for one, so a slow reader
 * slows the handler down, and one event at most is held. While an item takes long, comments go out, so that either side
 * finds out when the other has died.
 */
export class StreamBody implements AsyncIterable<Uint8Array> {
  /** Resolves when the stream is over, for whoever watches its request meanwhile. */
  readonly finished: Promise<void>;
  /** The error that it ended with, once the event that says so has been taken. */
  error: ShoalError | undefined;
  readonly #parts: StreamBodyParts;
  #ready: Step | undefined;
  #making: Promise<void> | undefined;
  #over = false;
  #reader: { readonly give: (result: Result) => void; readonly stop: Cancel } | undefined;
  #stopWaiting: Cancel;
  #finish: () => void = () => {};

  constructor(parts: StreamBodyParts) {
    this.#parts = parts;
    this.#ready = parts.first;
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#stopWaiting = this.#giveUpUnread();
  }

  /** No generator: one that was never begun would not run its `finally` when it is returned. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.cancel(shoalError("CANCELLED", { message: "the caller has gone" }));
        return DONE;
      },
    };
  }

  /** Nobody reads any more. */
  cancel(why: ShoalError): void {
    this.#ready = undefined;
    this.#close(why);
    this.#give(DONE);
  }

  /** Ends the stream with an event that says why. */
  end(why: ShoalError): void {
    if (this.#over) return;
    this.#ready = { event: this.#parts.lastEvent(why), isLast: true, error: why };
    this.#close(why);
    if (this.#reader) this.#give(this.#take());
  }

  #next(): Promise<Result> {
    this.#stopWaiting();
    return new Promise((give) => {
      const beat = () => this.#give({ done: false, value: HEARTBEAT });
      this.#reader = { give, stop: this.#parts.clock.after(this.#parts.heartbeatMs, beat) };
      if (this.#ready || this.#over) this.#give(this.#take());
      else this.#making ??= this.#make();
    });
  }

  async #make(): Promise<void> {
    const step = await this.#parts.step();
    this.#making = undefined;
    if (this.#over) return;
    this.#ready = step;
    if (this.#reader) this.#give(this.#take());
  }

  #take(): Result {
    const step = this.#ready;
    this.#ready = undefined;
    if (!step) return DONE;
    this.error = step.error;
    if (step.isLast) this.#close(step.why);
    return { done: false, value: step.event };
  }

  #give(result: Result): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (!reader) return;
    reader.stop();
    if (!this.#over) this.#stopWaiting = this.#giveUpUnread();
    reader.give(result);
  }

  #giveUpUnread(): Cancel {
    const { clock, unreadMs } = this.#parts;
    const message = `the caller took nothing of the stream for ${unreadMs} ms`;
    return clock.after(unreadMs, () => this.cancel(shoalError("CANCELLED", { message })));
  }

  /** @param why Undefined when the handler came to its own end. */
  #close(why: ShoalError | undefined): void {
    if (this.#over) return;
    this.#over = true;
    this.#stopWaiting();
    if (why === undefined) this.#finished();
    else this.#endHandler(why);
  }

  #endHandler(why: ShoalError): void {
    const { clock, items, onOver, onEndFailed, onHung, hungMs } = this.#parts;
    onOver(why); // first: a handler that waits can only be reached by its signal
    const stop = clock.after(hungMs, () => {
      onHung();
      this.#finished();
    });
    const ended = items.end().catch(onEndFailed);
    void Promise.all([this.#making, ended]).then(() => {
      stop();
      this.#finished();
    });
  }

  #finished(): void {
    this.#finish();
    this.#parts.onFinished();
  }
}
