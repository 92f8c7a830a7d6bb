import { FLAG_END, FLAG_IGNORABLE, FRAME_HEADER_BYTES, GO_AWAY, KIND_MASK, MuxError } from "./protocol.ts";

/** A frame that has arrived; there is one object for all, and it holds until the next frame. */
export interface Frame {
  readonly kind: number;
  readonly isEnd: boolean;
  readonly isIgnorable: boolean;
  /** 0: the connection. */
  readonly call: number;
  /** The payload is `bytes` from `start` to `end`; its memory is the reader's to keep. */
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

const NOTHING = Buffer.alloc(0);

/**
 * Finds the frames in what arrives, where it lies: only a frame that is cut by the end of a chunk is copied, once. It
 * holds at most one frame of `payloadBytesMax`.
 */
export class FrameReader {
  readonly #payloadBytesMax: number;
  readonly #onFrame: (frame: Frame) => void;
  readonly #frame: Mutable<Frame> = {
    kind: 0,
    isEnd: false,
    isIgnorable: false,
    call: 0,
    bytes: NOTHING,
    start: 0,
    end: 0,
  };
  /** The beginning of a frame: its header, then all of it. */
  #partial = NOTHING;
  #partialBytes = 0;
  #stopped = false;

  /** @param onFrame May throw, and may call `stop`. */
  constructor(payloadBytesMax: number, onFrame: (frame: Frame) => void) {
    this.#payloadBytesMax = payloadBytesMax;
    this.#onFrame = onFrame;
  }

  /** Nothing more is read. */
  stop(): void {
    this.#stopped = true;
    this.#partial = NOTHING;
    this.#partialBytes = 0;
    this.#frame.bytes = NOTHING;
  }

  /** Takes in the next bytes, which nobody may change any more. Throws MuxError, and what `onFrame` throws. */
  push(chunk: Buffer): void {
    let at = this.#partialBytes === 0 ? 0 : this.#complete(chunk);
    const length = chunk.length;
    while (length - at >= FRAME_HEADER_BYTES && !this.#stopped) {
      const end = at + FRAME_HEADER_BYTES + this.#payloadBytes(chunk, at);
      if (end > length) break;
      this.#deliver(chunk, at, end);
      at = end;
    }
    if (at < length && !this.#stopped) this.#keep(chunk, at);
    this.#frame.bytes = NOTHING; // or a quiet connection would keep its last chunk
  }

  /** Adds to the frame that was cut. @returns How much of the chunk that took. */
  #complete(chunk: Buffer): number {
    let taken = 0;
    if (this.#partialBytes < FRAME_HEADER_BYTES) {
      taken = chunk.copy(this.#partial, this.#partialBytes, 0, FRAME_HEADER_BYTES - this.#partialBytes);
      this.#partialBytes += taken;
      if (this.#partialBytes < FRAME_HEADER_BYTES) return taken;
      this.#makeRoom();
    }
    const added = chunk.copy(this.#partial, this.#partialBytes, taken);
    this.#partialBytes += added;
    if (this.#partialBytes === this.#partial.length) {
      const whole = this.#partial;
      this.#partial = NOTHING;
      this.#partialBytes = 0;
      this.#deliver(whole, 0, whole.length);
    }
    return taken + added;
  }

  #keep(chunk: Buffer, at: number): void {
    this.#partial = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
    this.#partialBytes = chunk.copy(this.#partial, 0, at);
    if (this.#partialBytes < FRAME_HEADER_BYTES) return;
    this.#makeRoom();
    this.#partialBytes = chunk.copy(this.#partial, 0, at);
  }

  /** For the whole of the frame whose header is there. */
  #makeRoom(): void {
    const header = this.#partial;
    this.#partial = Buffer.allocUnsafe(FRAME_HEADER_BYTES + this.#payloadBytes(header, 0));
    header.copy(this.#partial);
  }

  #payloadBytes(bytes: Buffer, at: number): number {
    const length = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
    if (length <= this.#payloadBytesMax) return length;
    throw new MuxError(GO_AWAY.tooLarge, `a frame of ${length} bytes, where ${this.#payloadBytesMax} may be`);
  }

  #deliver(bytes: Buffer, at: number, end: number): void {
    const frame = this.#frame;
    const kind = bytes[at + 3] as number;
    frame.kind = kind & KIND_MASK;
    frame.isEnd = (kind & FLAG_END) !== 0;
    frame.isIgnorable = (kind & FLAG_IGNORABLE) !== 0;
    frame.call = u32(bytes, at + 4);
    frame.bytes = bytes;
    frame.start = at + FRAME_HEADER_BYTES;
    frame.end = end;
    this.#onFrame(frame);
  }
}

/** Big-endian. */
export function u32(bytes: Uint8Array, at: number): number {
  const low = ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
  return (bytes[at] as number) * 0x1_00_00_00 + low;
}
