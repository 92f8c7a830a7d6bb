import { BODY_BYTES_MAX, type CaptureSettings } from "./capture-settings.ts";
import { makeExchange, type RawMessage } from "./exchange.ts";
import type { Exchange, ExchangeAttempt } from "./records.ts";
import { processRedactRules } from "./redact-rules.ts";

export interface HarImport {
  readonly exchanges: readonly Exchange[];
  /** Entries that are none, or over the bound. */
  readonly skipped: number;
}

export interface HarImportOptions {
  /** Makes an id of 32 lower-case hex digits. */
  readonly newId: () => string;
  /** Default 1 000; more entries are skipped. */
  readonly entriesMax?: number;
  /** Default: bodies up to 64 KiB, the rules of this process. */
  readonly settings?: CaptureSettings;
}

type Json = Readonly<Record<string, unknown>>;

const ENTRIES_MAX = 1_000;
const HEADERS_MAX = 200;
const TEXT_CHARS_MAX = 8_192;

/**
 * The exchanges of an HTTP Archive, redacted as if they had been captured here. Browsers' archives differ in detail:
 * what is missing or odd in an entry is made up for, and what is no HTTP is skipped. Undefined when it is no archive.
 */
export function fromHar(document: unknown, options: HarImportOptions): HarImport | undefined {
  const entries = objectIn(objectIn(document)["log"])["entries"];
  if (!Array.isArray(entries)) return undefined;
  const settings = options.settings ?? { bodyBytesMax: BODY_BYTES_MAX, rules: processRedactRules() };
  const exchanges: Exchange[] = [];
  for (const entry of entries.slice(0, options.entriesMax ?? ENTRIES_MAX)) {
    const exchange = exchangeOf(objectIn(entry), options.newId, settings);
    if (exchange) exchanges.push(exchange);
  }
  return { exchanges, skipped: entries.length - exchanges.length };
}

function exchangeOf(entry: Json, newId: () => string, settings: CaptureSettings): Exchange | undefined {
  const request = objectIn(entry["request"]);
  const response = objectIn(entry["response"]);
  const url = URL.parse(textIn(request["url"]));
  const startMs = Date.parse(textIn(entry["startedDateTime"]));
  const method = textIn(request["method"]).toUpperCase();
  if (!url || !/^https?:$/.test(url.protocol) || Number.isNaN(startMs) || !/^[A-Z]{1,16}$/.test(method))
    return undefined;
  const status = statusIn(response["status"]);
  const ours = objectIn(entry["_shoal"]);
  const failed = textIn(ours["error"]) || textIn(response["_error"]) || (status === 0 ? "no reply was recorded" : "");
  return makeExchange(
    {
      side: ours["side"] === "server" ? "server" : "client",
      trace: { traceId: hexIn(ours["traceId"], 32), spanId: hexIn(ours["spanId"], 16) },
      peer: (textIn(ours["peer"]) || (ours["side"] === "server" ? "" : nameOf(url))).slice(0, 253),
      external: typeof ours["external"] === "boolean" ? ours["external"] : !url.hostname.endsWith(".service"),
      operation: textIn(ours["operation"]).slice(0, 500) || `${method} ${url.pathname}`,
      method,
      origin: `${url.protocol}//${url.host}`,
      target: `${url.pathname}${url.search}`,
      status,
      startMs,
      durationMs: durationIn(entry["time"]),
      error: failed.slice(0, TEXT_CHARS_MAX),
      attempts: attemptsIn(ours["attempts"]),
      request: messageOf(request, postBody(objectIn(request["postData"])), ours["requestTruncated"] === true),
      reply:
        status === 0
          ? null
          : messageOf(response, contentBody(objectIn(response["content"])), ours["replyTruncated"] === true),
      sensitive: undefined,
    },
    newId(),
    settings,
  );
}

/** A body in an archive is decoded already, whatever its headers say. */
function messageOf(message: Json, body: Buffer, isCut: boolean): RawMessage {
  const headers = listIn(message["headers"])
    .slice(0, HEADERS_MAX)
    .flatMap(({ name, value }) => [textIn(name), textIn(value).slice(0, TEXT_CHARS_MAX)] as const);
  const kept = headers.flatMap((name, at) => {
    const known = at % 2 === 0 && name !== "" && !name.startsWith(":") && name.toLowerCase() !== "content-encoding";
    return known ? [name, headers[at + 1] ?? ""] : [];
  });
  const said = Number(message["bodySize"]);
  const bytes = isCut && Number.isSafeInteger(said) ? Math.max(said, body.byteLength) : body.byteLength;
  return { headers: kept, body: { chunks: body.byteLength === 0 ? [] : [body], bytes, ended: !isCut } };
}

function postBody(data: Json): Buffer {
  const text = textIn(data["text"]);
  if (text !== "") return Buffer.from(text, data["_encoding"] === "base64" ? "base64" : "utf8");
  const pairs = listIn(data["params"]).map(({ name, value }): [string, string] => [textIn(name), textIn(value)]);
  return Buffer.from(new URLSearchParams(pairs).toString());
}

function contentBody(content: Json): Buffer {
  return Buffer.from(textIn(content["text"]), content["encoding"] === "base64" ? "base64" : "utf8");
}

function attemptsIn(value: unknown): readonly ExchangeAttempt[] {
  return listIn(value)
    .slice(0, 20)
    .map(({ instance, afterMs, durationMs, status, error }) => ({
      instance: textIn(instance).slice(0, 128),
      afterMs: durationIn(afterMs),
      durationMs: durationIn(durationMs),
      status: statusIn(status),
      error: textIn(error).slice(0, 128),
    }));
}

function nameOf({ host, hostname }: URL): string {
  return hostname.endsWith(".service") ? hostname.slice(0, -".service".length) : host;
}

function objectIn(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function listIn(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(objectIn) : [];
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function hexIn(value: unknown, digits: number): string {
  const text = textIn(value);
  return text.length === digits && /^[0-9a-f]+$/.test(text) ? text : "";
}

function statusIn(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) && value >= 100 && value <= 999 ? value : 0;
}

function durationIn(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}
