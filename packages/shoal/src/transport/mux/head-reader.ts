import type { Headers, ReplyHeaders } from "../../core/message.ts";
import { FIRST_PAIR, HOP_BY_HOP, METHODS, NAMES, PAIRS } from "./head-table.ts";
import { FIELDS_MAX, HEAD_FIXED_BYTES, NAME, NOT_IN_TEXT, TARGET } from "./head-writer.ts";
import { readLatin1 } from "./latin1.ts";
import { GO_AWAY, MuxError } from "./protocol.ts";

type MutableHeaders = Record<string, string | readonly string[]>;

/**
 * Takes heads apart, and believes nothing of them: what it hands on could have come over HTTP/1.1. It holds one head at
 * a time. The texts of a head are one string, and its values are parts of it: one look at the bytes instead of ten.
 */
export class HeadReader {
  method = "";
  target = "";
  status = 0;
  /** Where the head ends, and the body begins. */
  end = 0;
  readonly #headBytesMax: number;
  #headers: MutableHeaders = {};

  /** @param headBytesMax A larger head is refused. */
  constructor(headBytesMax: number) {
    this.#headBytesMax = headBytesMax;
  }

  /** Of the request it holds. */
  get requestHeaders(): Headers {
    return this.#headers as Headers;
  }

  /** Of the reply it holds. */
  get replyHeaders(): ReplyHeaders {
    return this.#headers;
  }

  /** Reads a request's head at the beginning of a payload. Throws MuxError. */
  readRequest(bytes: Buffer, start: number, limit: number): void {
    const method = METHODS[bytes[start + 4] as number];
    if (!method) throw malformed("an unknown method");
    const target = this.#read(bytes, start, limit);
    if (!TARGET.test(target)) throw malformed("a target that is none");
    this.method = method;
    this.target = target;
  }

  /** Reads a reply's head at the beginning of a payload. Throws MuxError. */
  readReply(bytes: Buffer, start: number, limit: number): void {
    if (bytes[start + 4] !== 0) throw malformed("a reply with a method");
    this.status = u16(bytes, start + 5);
    if (this.status < 200 || this.status > 999) throw malformed("a status out of range");
    this.#read(bytes, start, limit);
  }

  /** @returns The target of a request. */
  #read(bytes: Buffer, start: number, limit: number): string {
    if (limit - start < HEAD_FIXED_BYTES) throw malformed("a head that is cut");
    const fieldsEnd = start + HEAD_FIXED_BYTES + u16(bytes, start);
    const end = fieldsEnd + u16(bytes, start + 2);
    if (end > limit) throw malformed("a head longer than its frame");
    if (end - start > this.#headBytesMax) throw new MuxError(GO_AWAY.tooLarge, `a head of ${end - start} bytes`);
    const text = readLatin1(bytes, fieldsEnd, end);
    if (NOT_IN_TEXT.test(text)) throw malformed("a character that no header has");
    const targetBytes = bytes[start + 4] === 0 ? 0 : u16(bytes, start + 5);
    this.end = end;
    this.#readFields(bytes.subarray(start + HEAD_FIXED_BYTES, fieldsEnd), text, targetBytes);
    return text.substring(0, targetBytes);
  }

  #readFields(fields: Uint8Array, text: string, textStart: number): void {
    this.#headers = {};
    let at = 0;
    let textAt = textStart;
    let count = 0;
    while (at < fields.length) {
      count += 1;
      const number = fields[at++] as number;
      if (number >= FIRST_PAIR) {
        const pair = PAIRS[number - FIRST_PAIR];
        if (pair === undefined) throw malformed(`a header of the unknown number ${number}`);
        this.#headers[pair[0]] = pair[1];
        continue;
      }
      const nameBytes = number === 0 ? (fields[at++] as number) : 0;
      const valueAt = textAt + nameBytes;
      textAt = valueAt + (((fields[at++] as number) << 8) | (fields[at++] as number));
      if (!(textAt <= text.length)) throw malformed("headers longer than their text");
      const name = number === 0 ? ownName(text.substring(valueAt - nameBytes, valueAt)) : NAMES[number];
      if (name === undefined) throw malformed(`a header of the unknown number ${number}`);
      this.#add(name, text.substring(valueAt, textAt));
    }
    if (at !== fields.length || textAt !== text.length) throw malformed("headers that do not fill their text");
    if (count > FIELDS_MAX) throw malformed("too many headers");
  }

  /** Of most headers that come twice the last counts; to look for each would cost all the others. */
  #add(name: string, value: string): void {
    const before = isOfMany(name) ? this.#headers[name] : undefined;
    if (before === undefined) this.#headers[name] = value;
    else if (name === "set-cookie") this.#headers[name] = ([] as string[]).concat(before, value);
    else this.#headers[name] = `${String(before)}, ${value}`;
  }
}

/** Cookies come one by one; a trace with two parents has none, and its lists are one list (W3C Trace Context, 3.2 and 3.3). */
function isOfMany(name: string): boolean {
  return name === "traceparent" || name === "tracestate" || name === "baggage" || name === "set-cookie";
}

function ownName(name: string): string {
  if (!NAME.test(name) || HOP_BY_HOP.has(name)) throw malformed("a name that is no header's");
  return name;
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

function malformed(what: string): MuxError {
  return new MuxError(GO_AWAY.protocol, `a head has ${what}`);
}
