import type { HttpRequest, ReplyHeaders } from "../../core/message.ts";
import { HOP_BY_HOP, KNOWN_NAMES, METHOD_NUMBERS } from "./head-table.ts";
import { writeLatin1 } from "./latin1.ts";

/** The fixed part: u16 bytes of fields, u16 bytes of text, u8 method (0 in a reply), u16 bytes of the target or status. */
export const HEAD_FIXED_BYTES = 7;
/** More headers than that do not fit. */
export const FIELDS_MAX = 255;
const FIELD_BYTES_MAX = 4;
const TEXT_BYTES_MAX = 65_535;

/** A header's text is visible latin1, blanks and tabs (RFC 9110, 5.5). One expression for all of a head: one pass. */
export const NOT_IN_TEXT = /[^\t\x20-\x7e\x80-\xff]/;
/** Of a target in origin form, as a client of HTTP sends it. */
export const TARGET = /^\/[\x21-\x7e]*$/;
export const NAME = /^[a-z0-9!#$%&'*+\-.^_`|~]{1,255}$/;

/**
 * Puts heads of requests and replies into bytes: numbers first, then all texts as one string, because writing one
 * string of 200 bytes costs as much as writing one of 10 (guarded by bench `mux`). It holds one head at a time.
 */
export class HeadWriter {
  readonly #fields = new Uint8Array(FIELDS_MAX * FIELD_BYTES_MAX);
  #fieldBytes = 0;
  #count = 0;
  #text = "";
  #method = 0;
  #number = 0;

  /** Takes a request's head. False: it cannot be said in this protocol, and HTTP/1.1 has to try. */
  request({ method, target, headers }: HttpRequest, contentLength?: number): boolean {
    const number = METHOD_NUMBERS.get(method);
    if (number === undefined || target.length > TEXT_BYTES_MAX || !TARGET.test(target)) return false;
    this.#begin(number, target.length, target);
    return this.#headers(headers, contentLength) && this.#isSound();
  }

  /** Takes a reply's head, but what is about one connection. False: it is nothing that can be sent. */
  reply(status: number, headers: ReplyHeaders, contentLength?: number): boolean {
    if (!Number.isInteger(status) || status < 200 || status > 999) return false;
    this.#begin(0, status, "");
    return this.#headers(headers, contentLength) && this.#isSound();
  }

  /** Of the head it holds. */
  get bytes(): number {
    return HEAD_FIXED_BYTES + this.#fieldBytes + this.#text.length;
  }

  /** Writes the head it holds. @returns Where it ends. */
  writeTo(buffer: Buffer, at: number): number {
    const fieldBytes = this.#fieldBytes;
    const text = this.#text;
    buffer[at] = fieldBytes >> 8;
    buffer[at + 1] = fieldBytes;
    buffer[at + 2] = text.length >> 8;
    buffer[at + 3] = text.length;
    buffer[at + 4] = this.#method;
    buffer[at + 5] = this.#number >> 8;
    buffer[at + 6] = this.#number;
    const fields = this.#fields;
    let end = at + HEAD_FIXED_BYTES;
    for (let index = 0; index < fieldBytes; index += 1) buffer[end + index] = fields[index] as number;
    end += fieldBytes;
    writeLatin1(buffer, text, end);
    return end + text.length;
  }

  #begin(method: number, number: number, text: string): void {
    this.#method = method;
    this.#number = number;
    this.#text = text;
    this.#fieldBytes = 0;
    this.#count = 0;
  }

  #headers(headers: ReplyHeaders, contentLength: number | undefined): boolean {
    const isReply = this.#method === 0;
    for (const name in headers) {
      const value = headers[name];
      if (typeof value === "string") {
        if (!this.#field(name, value, isReply)) return false;
      } else if (!Array.isArray(value) || !this.#several(name, value)) return false;
    }
    if (contentLength === undefined || headers["content-length"] !== undefined) return true;
    return this.#field("content-length", String(contentLength), isReply);
  }

  #several(name: string, values: readonly string[]): boolean {
    if (!values.every((value) => typeof value === "string")) return false;
    if (name !== "set-cookie") return this.#field(name, values.join(", "), true);
    return values.every((value) => this.#field(name, value, true));
  }

  #field(name: string, value: string, dropsHopByHop: boolean): boolean {
    if (this.#count === FIELDS_MAX) return false;
    const known = KNOWN_NAMES.get(name);
    if (known === undefined) {
      if (HOP_BY_HOP.has(name)) return dropsHopByHop;
      return NAME.test(name) && this.#textField(0, name, value);
    }
    const pair = known.pairs?.get(value);
    if (pair === undefined) return this.#textField(known.number, "", value);
    this.#fields[this.#fieldBytes] = pair;
    this.#fieldBytes += 1;
    this.#count += 1;
    return true;
  }

  #textField(number: number, name: string, value: string): boolean {
    const text = this.#text + name + value;
    if (text.length > TEXT_BYTES_MAX) return false;
    const fields = this.#fields;
    let at = this.#fieldBytes;
    fields[at++] = number;
    if (number === 0) fields[at++] = name.length;
    fields[at++] = value.length >> 8;
    fields[at++] = value.length;
    this.#fieldBytes = at;
    this.#count += 1;
    this.#text = text;
    return true;
  }

  #isSound(): boolean {
    return !NOT_IN_TEXT.test(this.#text);
  }
}
