import type { FrameWriter } from "./frame-writer.ts";
import { GO_AWAY, MuxError, WINDOW_BYTES_MAX } from "./protocol.ts";
import type { Wire } from "./wire.ts";

/** While the other side has not taken so many bytes, no more of a body is written: heads of other calls would wait behind it. */
const AHEAD_BYTES_MAX = 262_144;
const EMPTY = new Uint8Array(0);

type Source = Uint8Array | AsyncIterable<Uint8Array>;

/** Told of the end of a body on its way out. */
export interface BodySender {
  /** All of it is written. */
  readonly onBodySent: () => void;
  /** Its source failed. */
  readonly onBodyFailed: (cause: unknown) => void;
}

/** A body on its way out, in frames of its own. */
export class OutgoingBody {
  readonly call: number;
  readonly sender: BodySender;
  readonly iterator: AsyncIterator<Uint8Array> | undefined;
  /** What the other side takes of it as yet. */
  windowBytes: number;
  /** What of it is in memory and not yet written. */
  left: Uint8Array;
  /** There is no more than `left`. */
  isComplete: boolean;
  isQueued = false;
  isOver = false;

  constructor(call: number, source: Source, windowBytes: number, sender: BodySender) {
    const isBytes = source instanceof Uint8Array;
    this.call = call;
    this.sender = sender;
    this.windowBytes = windowBytes;
    this.left = isBytes ? source : EMPTY;
    this.isComplete = isBytes;
    this.iterator = isBytes ? undefined : source[Symbol.asyncIterator]();
  }
}

interface PumpParts {
  readonly writer: FrameWriter;
  readonly wire: Wire;
  /** What the other side takes of all bodies as yet. */
  readonly windowBytes: number;
  readonly frameBytesMax: number;
  /** Something was written. */
  readonly onWritten: () => void;
}

/**
 * Writes bodies within the windows of their calls and of the connection, a frame of each in turn: a large one takes its
 * share, and no more.
 */
export class BodyPump {
  readonly #parts: PumpParts;
  readonly #queue: OutgoingBody[] = [];
  #windowBytes: number;
  #isRunning = false;

  constructor(parts: PumpParts) {
    this.#parts = parts;
    this.#windowBytes = parts.windowBytes;
  }

  /** Begins to send a body. */
  add(body: OutgoingBody): void {
    if (body.isComplete) this.#enqueue(body);
    else this.#pull(body);
  }

  /** The rest is not sent. */
  stop(body: OutgoingBody): void {
    if (body.isOver) return;
    body.isOver = true;
    body.left = EMPTY;
    if (!body.isComplete) body.iterator?.return?.().then(undefined, () => {}); // nobody is left who could care
  }

  /** The other side takes more of a body. Throws MuxError. */
  creditBody(body: OutgoingBody, bytes: number): void {
    body.windowBytes = widened(body.windowBytes, bytes);
    if (body.left.length > 0) this.#enqueue(body);
  }

  /** The other side takes more of all bodies. Throws MuxError. */
  credit(bytes: number): void {
    this.#windowBytes = widened(this.#windowBytes, bytes);
    this.run();
  }

  /** Writes what may be written. To be called when the wire has taken what it had. */
  run(): void {
    if (this.#isRunning) return; // what a body's end leads to may bring us here again
    this.#isRunning = true;
    const { writer, wire } = this.#parts;
    while (this.#queue.length > 0 && writer.bytes + wire.bufferedBytes() < AHEAD_BYTES_MAX) {
      const body = this.#queue[0] as OutgoingBody;
      if (this.#windowBytes === 0 && body.left.length > 0 && !body.isOver) break;
      this.#queue.shift();
      body.isQueued = false;
      if (!body.isOver) this.#write(body);
    }
    this.#isRunning = false;
  }

  #write(body: OutgoingBody): void {
    const { left } = body;
    const bytes = Math.min(left.length, this.#parts.frameBytesMax, body.windowBytes, this.#windowBytes);
    if (bytes === 0 && left.length > 0) return; // until it is credited
    const isEnd = body.isComplete && bytes === left.length;
    this.#parts.writer.data(body.call, bytes === left.length ? left : left.subarray(0, bytes), isEnd);
    this.#parts.onWritten();
    body.left = left.subarray(bytes);
    body.windowBytes -= bytes;
    this.#windowBytes -= bytes;
    if (isEnd) {
      body.isOver = true;
      body.sender.onBodySent();
    } else if (body.left.length > 0) this.#enqueue(body);
    else this.#pull(body);
  }

  #enqueue(body: OutgoingBody): void {
    if (body.isQueued || body.isOver) return;
    body.isQueued = true;
    this.#queue.push(body);
    this.run();
  }

  #pull(body: OutgoingBody): void {
    const failed = (cause: unknown) => this.#failed(body, cause);
    try {
      body.iterator?.next().then((result) => this.#pulled(body, result), failed);
    } catch (cause) {
      queueMicrotask(() => failed(cause)); // not in the midst of those that are being written
    }
  }

  #pulled(body: OutgoingBody, result: IteratorResult<Uint8Array>): void {
    if (body.isOver) return;
    if (result.done === true) body.isComplete = true;
    else if (!(result.value instanceof Uint8Array)) {
      body.iterator?.return?.().then(undefined, () => {}); // it has failed already
      this.#failed(body, new TypeError("a part of a body is not bytes"));
      return;
    } else if (result.value.length === 0) {
      this.#pull(body);
      return;
    } else body.left = result.value;
    this.#enqueue(body);
  }

  #failed(body: OutgoingBody, cause: unknown): void {
    if (body.isOver) return;
    body.isOver = true;
    body.sender.onBodyFailed(cause);
  }
}

/** A window after a CREDIT, in bytes. Throws MuxError when there is none that large, or the credit is 0. */
export function widened(windowBytes: number, bytes: number): number {
  const sum = windowBytes + bytes;
  if (bytes > 0 && sum <= WINDOW_BYTES_MAX) return sum;
  throw new MuxError(GO_AWAY.flowControl, `a credit of ${bytes} bytes for a window of ${windowBytes}`);
}
