import type { Clock } from "../../core/clock.ts";
import { ReplyStream } from "../reply-stream.ts";
import { GO_AWAY, MuxError } from "./protocol.ts";

/** What a body on its way in needs of its session. */
export interface BodyReceiver {
  /** So many bytes of the call's body may come in addition. */
  readonly creditCall: (call: number, bytes: number) => void;
  /** So many bytes of any body are no longer held. */
  readonly release: (bytes: number) => void;
  /** Nobody reads the rest. */
  readonly onBodyUnwanted: (call: number, reason: Error) => void;
}

export interface IncomingBodyOptions {
  readonly clock: Clock;
  readonly windowBytes: number;
  readonly idleMs: number;
}

/** A body on its way in: a stream that can be read once, and the window that its reader opens by reading. */
export class IncomingBody {
  readonly stream: ReplyStream;
  readonly #call: number;
  readonly #receiver: BodyReceiver;
  readonly #windowBytes: number;
  #openBytes: number;
  #takenBytes = 0;
  #heldBytes = 0;
  #isOver = false;

  constructor(call: number, receiver: BodyReceiver, { clock, windowBytes, idleMs }: IncomingBodyOptions) {
    this.#call = call;
    this.#receiver = receiver;
    this.#windowBytes = windowBytes;
    this.#openBytes = windowBytes;
    const source = {
      pause: () => {}, // the window is what stops the sender
      resume: () => {},
      taken: (bytes: number) => this.#taken(bytes),
      abort: (reason: Error) => {
        if (this.#isOver) return;
        this.#letGo();
        receiver.onBodyUnwanted(call, reason);
      },
    };
    this.stream = new ReplyStream(source, { clock, bufferBytesMax: Math.floor(windowBytes / 2), idleMs });
  }

  /** Throws MuxError when the sender had no window for it. */
  push(bytes: Uint8Array): void {
    if (bytes.length > this.#openBytes) throw new MuxError(GO_AWAY.flowControl, "more of a body than its window takes");
    this.#openBytes -= bytes.length;
    if (this.#isOver) {
      this.#receiver.release(bytes.length);
      return;
    }
    this.#heldBytes += bytes.length;
    this.stream.push(bytes);
  }

  /** It is whole. What of it nobody has read yet is the reader's memory from now on, and blocks nobody's window. */
  end(): void {
    this.#letGo();
    this.stream.end();
  }

  /** It was lost: the reader gets what has arrived, then the error. */
  fail(error: Error): void {
    this.#letGo();
    this.stream.end(error);
  }

  #taken(bytes: number): void {
    if (this.#isOver) return;
    this.#heldBytes -= bytes;
    this.#takenBytes += bytes;
    this.#receiver.release(bytes);
    if (this.#takenBytes * 2 < this.#windowBytes) return;
    this.#openBytes += this.#takenBytes;
    this.#receiver.creditCall(this.#call, this.#takenBytes);
    this.#takenBytes = 0;
  }

  #letGo(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#heldBytes > 0) this.#receiver.release(this.#heldBytes);
    this.#heldBytes = 0;
  }
}
