import { shoalError } from "../core/errors.ts";
import { STREAM_EVENT } from "./stream-names.ts";

/** A comment: a reader passes over it, but knows that its peer lives. */
export const HEARTBEAT: Uint8Array = Buffer.from(":\n\n");

/** The event of an item. @param json One line: JSON as `JSON.stringify` makes it has no line break. */
export function itemEvent(json: string): Uint8Array {
  return Buffer.from(`data: ${json}\n\n`);
}

/** Another event than an item. An event without data would not be dispatched, so it always has some. */
export function namedEvent(name: string, json: string): Uint8Array {
  return Buffer.from(`event: ${name}\ndata: ${json}\n\n`);
}

/** One event as it was received. */
export interface StreamEvent {
  readonly name: string;
  readonly data: string;
}

const LF = 10;
const CR = 13;
const BYTES_KEPT = 4_096;
/** What a line of data counts for, at least: else an event of empty ones would cost many times its bytes. */
const LINE_BYTES_MIN = 64;
/** Only the first line may begin with a mark, which is taken off here and not by the decoder. */
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });
const MARK = "\ufeff";

/**
 * Reads server-sent events out of bytes, however these are cut into chunks, by the rules of the HTML standard
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6). An event that the stream's end cuts off is
 * none. Lines are found in the bytes, for no character of UTF-8 holds the byte of a line break, and only whole lines are
 * decoded. What is held is copied into memory of its own: a peer that sends byte by byte costs no more than its bytes.
 */
export class EventStreamParser {
  readonly #eventBytesMax: number;
  /** The beginning of a line whose end has not come yet. */
  #held = Buffer.allocUnsafe(0);
  #heldBytes = 0;
  #data: string | undefined;
  #dataBytes = 0;
  #name = "";
  /** A chunk ended in CR: an LF that comes next belongs to it. */
  #afterCr = false;
  #isFirstLine = true;

  /** @param eventBytesMax An event that takes more, or a line, is not read: see `push`. */
  constructor(eventBytesMax: number) {
    this.#eventBytesMax = eventBytesMax;
  }

  /** Takes in a chunk and gives the events that it completes. Throws BODY_TOO_LARGE once an event is over the limit. */
  push(chunk: Uint8Array): readonly StreamEvent[] {
    const events: StreamEvent[] = [];
    if (chunk.byteLength === 0) return events;
    let at = this.#afterCr && chunk[0] === LF ? 1 : 0;
    this.#afterCr = false;
    let lf = find(chunk, LF, at);
    let cr = find(chunk, CR, at);
    for (let end = Math.min(lf, cr); end < NOWHERE; end = Math.min(lf, cr)) {
      this.#line(chunk.subarray(at, end), events);
      at = end + 1;
      if (end === cr) {
        this.#afterCr = at === chunk.byteLength;
        if (chunk[at] === LF) at += 1;
        cr = find(chunk, CR, at);
      }
      if (lf < at) lf = find(chunk, LF, at);
    }
    this.#hold(chunk.subarray(at));
    return events;
  }

  #hold(piece: Uint8Array): void {
    if (piece.byteLength === 0) return;
    const bytes = this.#heldBytes + piece.byteLength;
    this.#check(bytes);
    if (bytes > this.#held.byteLength) {
      const larger = Buffer.allocUnsafe(Math.max(bytes, 2 * this.#held.byteLength));
      this.#held.copy(larger, 0, 0, this.#heldBytes);
      this.#held = larger;
    }
    this.#held.set(piece, this.#heldBytes);
    this.#heldBytes = bytes;
  }

  #line(piece: Uint8Array, events: StreamEvent[]): void {
    const text = this.#textOf(piece);
    if (text === "") {
      this.#dispatch(events);
      return;
    }
    const colon = text.indexOf(":");
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(text[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "event") this.#name = value;
    if (field === "data") {
      this.#dataBytes += Math.max(LINE_BYTES_MIN, Buffer.byteLength(value));
      this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
      this.#check(0);
    }
  }

  /** The whole line, of which the piece is the end. */
  #textOf(piece: Uint8Array): string {
    let line = piece;
    if (this.#heldBytes > 0) {
      this.#hold(piece);
      line = this.#held.subarray(0, this.#heldBytes);
    } else this.#check(piece.byteLength);
    const text = UTF8.decode(line);
    this.#heldBytes = 0;
    if (this.#held.byteLength > BYTES_KEPT) this.#held = Buffer.allocUnsafe(0);
    if (!this.#isFirstLine) return text;
    this.#isFirstLine = false;
    return text.startsWith(MARK) ? text.slice(MARK.length) : text;
  }

  #dispatch(events: StreamEvent[]): void {
    if (this.#data !== undefined) events.push({ name: this.#name || STREAM_EVENT.item, data: this.#data });
    this.#data = undefined;
    this.#dataBytes = 0;
    this.#name = "";
  }

  #check(lineBytes: number): void {
    const bytesMax = this.#eventBytesMax;
    if (this.#dataBytes + lineBytes <= bytesMax) return;
    throw shoalError("BODY_TOO_LARGE", { message: `an event is over ${bytesMax} bytes`, details: { bytesMax } });
  }
}

const NOWHERE = Number.POSITIVE_INFINITY;

function find(chunk: Uint8Array, byte: number, from: number): number {
  const at = chunk.indexOf(byte, from);
  return at < 0 ? NOWHERE : at;
}
