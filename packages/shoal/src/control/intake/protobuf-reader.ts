import { shoalError } from "../../core/errors.ts";
import { type Instant, instantOfHalves, NO_INSTANT } from "./instant.ts";

/** How a field is written. Groups (3 and 4) are of proto2, and no message here has one. */
export const WIRE = Object.freeze({ varint: 0, fixed64: 1, bytes: 2, fixed32: 5 });

const TWO_32 = 2 ** 32;
const VARINT_BYTES_MAX = 10;

/** Takes the value of one field, by its number, or skips it. */
export type OnField<Into> = (into: Into, field: number, reader: ProtobufReader) => void;

/**
 * Reads protobuf's wire format from bytes that nobody vouches for.
 *
 * The small libraries for this (pbf, and generated code) trust their input: a length beyond the end makes them read
 * zeros, and a packed list that claims 4 GB is filled up to that. Here nothing is read past the end of the message that
 * it belongs to, and no list is longer than its bytes: whatever else comes throws BODY_MALFORMED.
 *
 * A value of another wire type than expected is skipped like an unknown field, as protobuf asks.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class ProtobufReader {
  /** Wire type of the field that `next` came to. */
  type = 0;
  readonly #bytes: Buffer;
  #at = 0;
  #end: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.byteLength;
  }

  /**
   * Reads all fields of the message it stands in. `onField` takes each one's value, or calls `skip`.
   * @param into Passed to `onField`, so that it can be one function for all messages.
   */
  fields<Into>(into: Into, onField: OnField<Into>): void {
    while (this.#at < this.#end) {
      const tag = this.#varint();
      this.type = tag & 7;
      onField(into, Math.floor(tag / 8), this);
    }
  }

  /** Reads a field that is a message. Of another wire type it reads nothing but skips it. */
  message<Into>(into: Into, onField: OnField<Into>): void {
    if (this.type !== WIRE.bytes) {
      this.skip();
      return;
    }
    const end = this.#endOfBytes();
    const outer = this.#end;
    this.#end = end;
    this.fields(into, onField);
    this.#end = outer;
  }

  /** Reads a message twice: what comes first on the wire may need what comes last. */
  messageTwice<Into>(into: Into, first: OnField<Into>, second: OnField<Into>): void {
    const { type } = this;
    const from = this.#at;
    this.message(into, first);
    if (type !== WIRE.bytes) return;
    this.type = type;
    this.#at = from;
    this.message(into, second);
  }

  skip(): void {
    if (this.type === WIRE.varint) this.#varint();
    else if (this.type === WIRE.bytes) this.#at = this.#endOfBytes();
    else if (this.type === WIRE.fixed64) this.#take(8);
    else if (this.type === WIRE.fixed32) this.#take(4);
    else throw malformed(`it has a field of wire type ${this.type}`);
  }

  /** What is no UTF-8 becomes U+FFFD. "" for another wire type. */
  text(): string {
    return this.#string("utf8");
  }

  /** Lower-case hex; "" for another wire type. */
  hex(): string {
    return this.#string("hex");
  }

  base64(): string {
    return this.#string("base64");
  }

  /** An unsigned varint, such as an enum or a count; inexact from 2^53 on. 0 for another wire type. */
  unsigned(): number {
    if (this.type === WIRE.varint) return this.#varint();
    this.skip();
    return 0;
  }

  /** A signed 64-bit varint, such as an int64. 0 for another wire type. */
  int64(): number | bigint {
    if (this.type !== WIRE.varint) return this.unsigned();
    const from = this.#at;
    const value = this.#varint();
    return value <= Number.MAX_SAFE_INTEGER ? value : safely(BigInt.asIntN(64, this.#bigVarint(from)));
  }

  /** A sint32, zigzag-encoded. */
  sint32(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** NaN for another wire type. */
  double(): number {
    if (this.type === WIRE.fixed64) return this.#bytes.readDoubleLE(this.#take(8));
    this.skip();
    return Number.NaN;
  }

  /** Unsigned; inexact from 2^53 on. 0 for another wire type. */
  fixed64(): number {
    if (this.type === WIRE.fixed64) return this.#fixed64(this.#take(8));
    this.skip();
    return 0;
  }

  /** A sfixed64. 0 for another wire type. */
  sfixed64(): number {
    if (this.type === WIRE.fixed64) return Number(this.#bytes.readBigInt64LE(this.#take(8)));
    this.skip();
    return 0;
  }

  /** A fixed64 of Unix nanoseconds; NO_INSTANT for another wire type. */
  instant(): Instant {
    if (this.type === WIRE.fixed64) {
      const from = this.#take(8);
      return instantOfHalves(this.#bytes.readUInt32LE(from), this.#bytes.readUInt32LE(from + 4));
    }
    this.skip();
    return NO_INSTANT;
  }

  /** A field of a repeated fixed64, double or varint, packed or not, added to `list`; what is over `max` is left out. */
  numbers(kind: "fixed64" | "double" | "unsigned", list: number[], max: number): void {
    if (this.type !== WIRE.bytes) {
      this.#push(this[kind](), list, max);
      return;
    }
    const end = this.#endOfBytes();
    const outer = this.#end;
    this.#end = end;
    this.type = kind === "unsigned" ? WIRE.varint : WIRE.fixed64;
    while (this.#at < end) this.#push(this[kind](), list, max);
    this.#end = outer;
  }

  #push(value: number, list: number[], max: number): void {
    if (list.length < max) list.push(value);
  }

  #string(encoding: "utf8" | "hex" | "base64"): string {
    if (this.type !== WIRE.bytes) {
      this.skip();
      return "";
    }
    const end = this.#endOfBytes();
    const from = this.#at;
    this.#at = end;
    return from === end ? "" : this.#bytes.toString(encoding, from, end);
  }

  #fixed64(from: number): number {
    return this.#bytes.readUInt32LE(from) + this.#bytes.readUInt32LE(from + 4) * TWO_32;
  }

  /** Where the bytes of a length-delimited field end, after their length is read. */
  #endOfBytes(): number {
    const length = this.#varint();
    if (length > this.#end - this.#at) throw malformed("it ends within a field");
    return this.#at + length;
  }

  #take(bytes: number): number {
    const from = this.#at;
    if (bytes > this.#end - from) throw malformed("it ends within a field");
    this.#at = from + bytes;
    return from;
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1, read = 0; read < VARINT_BYTES_MAX; read += 1, factor *= 128) {
      if (this.#at >= this.#end) throw malformed("it ends within a number");
      const byte = this.#bytes[this.#at] ?? 0;
      this.#at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw malformed(`it has a number of over ${VARINT_BYTES_MAX} bytes`);
  }

  /** The varint that was just read from there, in full. */
  #bigVarint(from: number): bigint {
    let value = 0n;
    for (let at = this.#at - 1; at >= from; at -= 1) value = value * 128n + BigInt((this.#bytes[at] ?? 0) & 0x7f);
    return BigInt.asUintN(64, value);
  }
}

function safely(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function malformed(what: string) {
  return shoalError("BODY_MALFORMED", { message: `it is no protobuf message of OpenTelemetry: ${what}` });
}
