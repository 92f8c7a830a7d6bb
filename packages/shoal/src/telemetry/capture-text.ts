import type { BrotliOptions, ZlibOptions, ZstdOptions } from "node:zlib";
import type { RawBody } from "./capture-body.ts";
import type { CaptureSettings } from "./capture-settings.ts";
import type { CapturedBody } from "./records.ts";
import { scanQuery } from "./redact-query.ts";
import { REDACTED } from "./redact-rules.ts";
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
  const nothing: CapturedBody = { bytes: raw.bytes, truncated: raw.bytes > 0, encoding: "utf8", text: "" };
  if (raw.chunks.length === 0 || bodyBytesMax === 0 || /^multipart\//i.test(parts.contentType)) return nothing;
  const kept = Buffer.concat(raw.chunks.map((chunk) => (typeof chunk === "string" ? Buffer.from(chunk) : chunk)));
  const wire = kept.subarray(0, bodyBytesMax);
  const decoded = decode(wire, parts.contentEncoding);
  if (decoded === undefined) return nothing;
  const shown = decoded.subarray(0, bodyBytesMax);
  const truncated = !raw.ended || wire.byteLength < raw.bytes || shown.byteLength < decoded.byteLength;
  const text = textOf(shown, parts.contentType);
  if (text !== undefined) return { bytes: raw.bytes, truncated, encoding: "utf8", text: redactBody(text, parts) };
  if (parts.sensitive || hidesText(shown, parts)) return nothing;
  return { bytes: raw.bytes, truncated, encoding: "base64", text: shown.toString("base64") };
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
/** Longest piece of a UTF-8 character that may be cut off. */
const CUT_BYTES_MAX = 3;

function textOf(bytes: Buffer, contentType: string): string | undefined {
  const charset = CHARSET.exec(contentType)?.[1] ?? "utf-8";
  const isText = TEXT_TYPE.test(contentType);
  // A byte of 0 is in nearly every binary format, and in no text.
  if (!isText && bytes.includes(0)) return undefined;
  try {
    return new TextDecoder(isText ? charset : "utf-8", { fatal: !isText }).decode(withoutCutCharacter(bytes));
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
  return !/^(?:image|audio|video|font)\//i.test(contentType) && settings.rules.isSuspicious(bytes.toString("latin1"));
}

function redactBody(text: string, { settings: { rules }, contentType, sensitive, onSensitive }: CaptureTextParts) {
  if (!sensitive && /x-www-form-urlencoded/i.test(contentType)) {
    return scanQuery(text, { rules, redactString: (value) => redactText(value, rules) });
  }
  if (!sensitive && !/json/i.test(contentType)) return redactText(text, rules);
  const { text: redacted, isJson } = redactJson(text, { rules, sensitive, onSensitive });
  if (isJson) return redacted;
  // Where the sensitive parts of it are, nobody can say.
  return sensitive ? `${REDACTED}: no valid JSON, and its contract has sensitive fields` : redactText(redacted, rules);
}
