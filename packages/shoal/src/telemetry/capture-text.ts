import { isUtf8 } from "node:buffer";
import type { BrotliOptions, ZlibOptions, ZstdOptions } from "node:zlib";
import type { RawBody } from "./capture-body.ts";
import type { CaptureSettings } from "./capture-settings.ts";
import type { CapturedBody } from "./records.ts";
import { scanQuery } from "./redact-query.ts";
import { REDACTED, type RedactRules } from "./redact-rules.ts";
import type { SensitiveNode } from "./redact-sensitive.ts";
import { redactJson, redactText } from "./redact-text.ts";

export interface CaptureTextParts {
  readonly settings: CaptureSettings;
  /** Of the message; "" when it says none. */
  readonly contentType: string;
  /** Of the message; "" for none. */
  readonly contentEncoding: string;
  /** The contract's sensitive places in the body. */
  readonly sensitive: SensitiveNode | undefined;
  /** Gets what stood there. */
  readonly onSensitive: (value: string) => void;
}

/** A compressed body is decoded no further than this, whatever it grows to. */
const DECODED_BYTES_MAX = 1_048_576;

/** What is shown of a body: decoded, redacted and cut. What cannot be looked into safely is not shown. */
export function captureText(raw: RawBody, parts: CaptureTextParts): CapturedBody {
  const { bodyBytesMax } = parts.settings;
  const type = typeOf(parts.contentType);
  const nothing: CapturedBody = { bytes: raw.bytes, truncated: raw.bytes > 0, encoding: "utf8", text: "" };
  if (raw.chunks.length === 0 || bodyBytesMax === 0 || type.isMultipart) return nothing;
  const wire = firstBytes(bytesOf(raw.chunks), bodyBytesMax);
  const decoded = decode(wire, parts.contentEncoding);
  if (decoded === undefined) return nothing;
  const shown = firstBytes(decoded, bodyBytesMax);
  const truncated = !raw.ended || wire.byteLength < raw.bytes || shown.byteLength < decoded.byteLength;
  const text = textOf(shown, type);
  if (text !== undefined) return { bytes: raw.bytes, truncated, encoding: "utf8", text: redactBody(text, type, parts) };
  if (parts.sensitive || hidesText(shown, parts)) return nothing;
  return { bytes: raw.bytes, truncated, encoding: "base64", text: shown.toString("base64") };
}

/** Without a copy when there is one chunk, as there nearly always is. */
function bytesOf(chunks: RawBody["chunks"]): Buffer {
  const [first] = chunks;
  if (chunks.length === 1 && first instanceof Uint8Array) {
    return Buffer.isBuffer(first) ? first : Buffer.from(first.buffer, first.byteOffset, first.byteLength);
  }
  return Buffer.concat(chunks.map((chunk) => (typeof chunk === "string" ? Buffer.from(chunk) : chunk)));
}

function firstBytes(bytes: Buffer, bytesMax: number): Buffer {
  return bytes.byteLength <= bytesMax ? bytes : bytes.subarray(0, bytesMax);
}

/** Undefined for what cannot be decoded, or grows too long. A body that is cut is decoded as far as it goes. */
function decode(bytes: Buffer, encoding: string): Buffer | undefined {
  const name = encoding.trim().toLowerCase();
  if (name === "" || name === "identity") return bytes;
  const zlib = process.getBuiltinModule("node:zlib");
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = zlib.constants;
  const options = (finishFlush: number) =>
    ({ finishFlush, maxOutputLength: DECODED_BYTES_MAX }) satisfies ZlibOptions & BrotliOptions & ZstdOptions;
  try {
    if (name === "gzip" || name === "x-gzip") return zlib.gunzipSync(bytes, options(Z_SYNC_FLUSH));
    if (name === "deflate") return inflate(zlib, bytes, options(Z_SYNC_FLUSH));
    if (name === "br") return zlib.brotliDecompressSync(bytes, options(BROTLI_OPERATION_FLUSH));
    if (name === "zstd") return zlib.zstdDecompressSync(bytes, options(ZSTD_e_flush));
  } catch {
    // not what it says it is, or a bomb
  }
  return undefined;
}

/** Some send raw deflate under this name (RFC 9110, 8.4.1.2); the second half-byte tells. */
function inflate(zlib: typeof import("node:zlib"), bytes: Buffer, options: ZlibOptions): Buffer {
  return ((bytes[0] ?? 0) & 0x0f) === 8 ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options);
}

const TEXT_TYPE = /^text\/|[/+](?:json|xml|yaml|javascript|graphql|x-www-form-urlencoded|x-ndjson|json-seq)\b/i;
const CHARSET = /charset\s*=\s*"?([\w-]+)/i;

/** What a content type says of its body. */
interface BodyType {
  readonly isText: boolean;
  readonly isUtf8: boolean;
  readonly charset: string;
  readonly isMultipart: boolean;
  readonly isForm: boolean;
  readonly isJson: boolean;
  readonly isEvents: boolean;
}

const EVENT_LINE = /[^\r\n]+/g;
const EVENT_DATA = /^data: ?/;
/** What stands beside the data of an event and can hold no value of a body. */
const PLAIN_EVENT_LINE = /^(?:event: ?[\w.-]{1,40}|:)$/;

const TYPES_MAX = 200;
const types = new Map<string, BodyType>();

/** Made once for each of the few types that a process sees. */
function typeOf(contentType: string): BodyType {
  const before = types.get(contentType);
  if (before) return before;
  const charset = (CHARSET.exec(contentType)?.[1] ?? "utf-8").toLowerCase();
  const type: BodyType = {
    isText: TEXT_TYPE.test(contentType),
    isUtf8: /^(?:utf-?8|us-ascii)$/.test(charset),
    charset,
    isMultipart: /^multipart\//i.test(contentType),
    isForm: /x-www-form-urlencoded/i.test(contentType),
    isJson: /json/i.test(contentType),
    isEvents: /^text\/event-stream\b/i.test(contentType),
  };
  if (types.size >= TYPES_MAX) types.clear();
  types.set(contentType, type);
  return type;
}

/** Server-sent events: the data of each is JSON of its own, and the last may be cut. */
function redactEventLine(line: string, parts: CaptureTextParts): string {
  const [field = ""] = EVENT_DATA.exec(line) ?? [];
  if (field !== "") return field + redactBody(line.slice(field.length), JSON_BODY, parts);
  return parts.sensitive && !PLAIN_EVENT_LINE.test(line) ? REDACTED : line;
}

const JSON_BODY = typeOf("application/json");

/** Longest piece of a UTF-8 character that may be cut off. */
const CUT_BYTES_MAX = 3;

function textOf(bytes: Buffer, { isText, isUtf8: saysUtf8, charset }: BodyType): string | undefined {
  // A byte of 0 is in nearly every binary format, and in no text.
  if (!isText && bytes.includes(0)) return undefined;
  const whole = withoutCutCharacter(bytes);
  if (!isText) return isUtf8(whole) ? whole.toString() : undefined;
  if (saysUtf8) return whole.toString();
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return undefined;
  }
}

function withoutCutCharacter(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(CUT_BYTES_MAX, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
    }
  }
  return bytes;
}

/** Pictures and the like are shown; other bytes only when no secret name can be read in them. */
function hidesText(bytes: Buffer, { settings, contentType }: CaptureTextParts): boolean {
  return !isPicture(contentType) && settings.rules.isSuspicious(bytes.toString("latin1"));
}

/** True for what holds no text: pictures and the like. */
export function isPicture(contentType: string): boolean {
  return /^(?:image|audio|video|font)\//i.test(contentType);
}

/** The text of a body that was captured and decoded elsewhere, without secrets by name or form. */
export function redactBodyText(text: string, contentType: string, rules: RedactRules): string {
  const type = typeOf(contentType);
  if (type.isMultipart) return "";
  if (!rules.isSuspicious(text)) return text;
  const settings = { bodyBytesMax: text.length, rules };
  return redactBody(text, type, { settings, contentType, contentEncoding: "", sensitive: undefined, onSensitive });
}

const onSensitive = () => {};

function redactBody(text: string, type: BodyType, parts: CaptureTextParts): string {
  const { rules } = parts.settings;
  const { sensitive, onSensitive } = parts;
  if (type.isEvents)
    return redactText(
      text.replace(EVENT_LINE, (line) => redactEventLine(line, parts)),
      rules,
    );
  if (!sensitive && type.isForm) {
    return scanQuery(text, { rules, redactString: (value) => redactText(value, rules) });
  }
  if (!sensitive && !type.isJson) return redactText(text, rules);
  const { text: redacted, isJson } = redactJson(text, { rules, sensitive, onSensitive });
  if (isJson) return redacted;
  // Where the sensitive parts of it are, nobody can say.
  return sensitive ? `${REDACTED}: no valid JSON, and its contract has sensitive fields` : redactText(redacted, rules);
}
