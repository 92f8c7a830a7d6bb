import type { HeadWriter } from "./head-writer.ts";
import {
  type CANCEL,
  FLAG_END,
  FRAME_HEADER_BYTES,
  GO_AWAY_TEXT_BYTES_MAX,
  type GoAwayCode,
  KIND,
} from "./protocol.ts";
import type { Wire } from "./wire.ts";

/** Room for the frames of one batch; more goes out in several parts, still in one write. */
const BATCH_BYTES = 65_536;
/** A body is copied up to here, because a further part of a write costs as much. */
const COPY_BYTES_MAX = 16_384;

/**
 * Gathers frames in one piece of memory until they are sent together: a write costs some µs, a frame some hundred ns.
 * The memory is used again as soon as the system has taken it.
 */
export class FrameWriter {
  #buffer: Buffer = Buffer.allocUnsafeSlow(BATCH_BYTES);
  #at = 0;
  /** Where that begins in the buffer which is not part of `parts` yet. */
  #from = 0;
  #parts: Uint8Array[] = [];
  #partsBytes = 0;

  /** Gathered and not sent. */
  get bytes(): number {
    return this.#partsBytes + this.#at - this.#from;
  }

  /** REQUEST or REPLY: the head that `head` holds, and all of a body or nothing of it. */
  head(kind: number, call: number, head: HeadWriter, body: Uint8Array | undefined): void {
    const bodyBytes = body === undefined ? 0 : body.length;
    const headBytes = head.bytes;
    const isCopied = bodyBytes <= COPY_BYTES_MAX;
    const at = this.#frame(kind, call, headBytes + bodyBytes, headBytes + (isCopied ? bodyBytes : 0));
    head.writeTo(this.#buffer, at);
    if (body === undefined || bodyBytes === 0) return;
    if (isCopied) this.#buffer.set(body, at + headBytes);
    else this.#reference(body);
  }

  data(call: number, bytes: Uint8Array, isEnd: boolean): void {
    const isCopied = bytes.length <= COPY_BYTES_MAX;
    const kind = isEnd ? KIND.data | FLAG_END : KIND.data;
    const at = this.#frame(kind, call, bytes.length, isCopied ? bytes.length : 0);
    if (isCopied) this.#buffer.set(bytes, at);
    else this.#reference(bytes);
  }

  credit(call: number, bytes: number): void {
    const at = this.#frame(KIND.credit, call, 4, 4);
    this.#buffer.writeUInt32BE(bytes, at);
  }

  cancel(call: number, code: (typeof CANCEL)[keyof typeof CANCEL]): void {
    const at = this.#frame(KIND.cancel, call, 1, 1);
    this.#buffer[at] = code;
  }

  /** PING, PONG or HELLO. */
  control(kind: number, payload: Uint8Array): void {
    const at = this.#frame(kind, 0, payload.length, payload.length);
    this.#buffer.set(payload, at);
  }

  goAway(lastCall: number, code: GoAwayCode, text: string): void {
    const bytes = Buffer.from(text).subarray(0, GO_AWAY_TEXT_BYTES_MAX);
    const at = this.#frame(KIND.goAway, 0, 5 + bytes.length, 5 + bytes.length);
    this.#buffer.writeUInt32BE(lastCall, at);
    this.#buffer[at + 4] = code;
    this.#buffer.set(bytes, at + 5);
  }

  /** Sends all that was gathered, in one write. */
  flush(wire: Wire): void {
    const { bytes } = this;
    if (bytes === 0) return;
    const isOnePart = this.#parts.length === 0;
    this.#close();
    const parts = this.#parts;
    this.#parts = [];
    this.#partsBytes = 0;
    if (isOnePart ? !wire.write(parts[0] as Uint8Array) : !wire.writeAll(parts)) return; // the rest of the memory is still good
    this.#at = 0;
    this.#from = 0;
  }

  /** Writes a frame's header. @returns Where `roomBytes` follow it. */
  #frame(kind: number, call: number, payloadBytes: number, roomBytes: number): number {
    const at = this.#reserve(FRAME_HEADER_BYTES + roomBytes);
    const buffer = this.#buffer;
    buffer[at] = payloadBytes >> 16;
    buffer[at + 1] = payloadBytes >> 8;
    buffer[at + 2] = payloadBytes;
    buffer[at + 3] = kind;
    buffer[at + 4] = call >> 24;
    buffer[at + 5] = call >> 16;
    buffer[at + 6] = call >> 8;
    buffer[at + 7] = call;
    return at + FRAME_HEADER_BYTES;
  }

  #reserve(bytes: number): number {
    if (this.#at + bytes > this.#buffer.length) {
      this.#close();
      this.#buffer = Buffer.allocUnsafeSlow(Math.max(BATCH_BYTES, bytes));
      this.#at = 0;
      this.#from = 0;
    }
    const at = this.#at;
    this.#at += bytes;
    return at;
  }

  /** A part that is not copied. */
  #reference(bytes: Uint8Array): void {
    this.#close();
    this.#parts.push(bytes);
    this.#partsBytes += bytes.length;
  }

  #close(): void {
    if (this.#at === this.#from) return;
    const part = this.#buffer.subarray(this.#from, this.#at);
    this.#parts.push(part);
    this.#partsBytes += part.length;
    this.#from = this.#at;
  }
}
