import type { CapturedBody, CapturedMessage, ExchangeAttempt } from "../../telemetry/records.ts";
import { attributesOf, createBag, putAttribute } from "./attribute-bag.ts";
import type { Collector } from "./collector.ts";
import type { DecodedExchange, DecodedFrom } from "./decoded.ts";
import { idOfJson, isHexId } from "./ids.ts";
import { isPlausible } from "./instant.ts";
import { countIn, isObject, type Json, objectIn, objectsIn, textIn } from "./json-fields.ts";
import type { IntakeLimits } from "./limits.ts";
import { senderOf } from "./sender.ts";
import { cutText } from "./text.ts";

const ATTEMPTS_MAX = 20;
const HEADERS_MAX = 100;
const HEADER_CHARS_MAX = 8_192;
const URL_CHARS_MAX = 8_192;
const METHOD_CHARS_MAX = 32;
/** 64 KiB in base64, with room. */
const BODY_CHARS_MAX = 96 * 1_024;

/** Reads the body of POST /v1/exchanges: `{ resource, dropped, exchanges }`. */
export function readExchanges(document: Json, collector: Collector): void {
  const from = senderOf(resourceOf(objectIn(document, "resource"), collector.limits));
  const dropped = objectIn(document, "dropped");
  collector.senderDropped({
    spans: countIn(dropped, "spans"),
    logs: countIn(dropped, "logs"),
    exchanges: countIn(dropped, "exchanges"),
  });
  for (const exchange of objectsIn(document, "exchanges")) {
    const read = collector.begin() && exchangeOf(exchange, from, collector);
    if (read) collector.exchange(read);
  }
}

function resourceOf(resource: Json, limits: IntakeLimits) {
  const bag = createBag();
  for (const [key, value] of Object.entries(resource)) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      putAttribute(bag, key, value, limits);
    }
  }
  return attributesOf(bag);
}

function exchangeOf(
  exchange: Json,
  from: DecodedFrom,
  { reject, limits, nowMs }: Collector,
): DecodedExchange | undefined {
  const id = idOfJson(exchange["id"]);
  const side = exchange["side"];
  const startMs = exchange["startMs"];
  const name = (key: string) => cutText(textIn(exchange, key), limits.nameCharsMax);
  const id16 = idOfJson(exchange["spanId"]);
  const traceId = idOfJson(exchange["traceId"]);
  if (!isHexId(id, 32)) reject("an exchange's id is not 32 hex digits");
  else if (side !== "client" && side !== "server") reject('an exchange\'s side is neither "client" nor "server"');
  else if (typeof startMs !== "number" || !isPlausible(startMs, nowMs)) {
    reject("an exchange's start is before the year 2000 or over a day ahead");
  } else {
    return {
      ...from,
      id,
      side,
      traceId: isHexId(traceId, 32) ? traceId : "",
      spanId: isHexId(id16, 16) ? id16 : "",
      peer: name("peer"),
      external: exchange["external"] === true,
      operation: name("operation"),
      method: cutText(textIn(exchange, "method"), METHOD_CHARS_MAX).toUpperCase(),
      url: cutText(textIn(exchange, "url"), URL_CHARS_MAX),
      status: statusIn(exchange),
      startMs,
      durationMs: durationIn(exchange, "durationMs"),
      error: cutText(textIn(exchange, "error"), limits.valueCharsMax),
      attempts: objectsIn(exchange, "attempts").slice(0, ATTEMPTS_MAX).map(attemptOf),
      request: messageOf(objectIn(exchange, "request")),
      reply: isObject(exchange["reply"]) ? messageOf(exchange["reply"]) : null,
    };
  }
  return undefined;
}

function attemptOf(attempt: Json): ExchangeAttempt {
  return {
    instance: cutText(textIn(attempt, "instance"), 128),
    afterMs: durationIn(attempt, "afterMs"),
    durationMs: durationIn(attempt, "durationMs"),
    status: statusIn(attempt),
    error: cutText(textIn(attempt, "error"), 128),
  };
}

function messageOf(message: Json): CapturedMessage {
  const headers = Array.isArray(message["headers"]) ? message["headers"] : [];
  return { headers: headers.slice(0, HEADERS_MAX).flatMap(headerOf), body: bodyOf(objectIn(message, "body")) };
}

function headerOf(header: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(header)) return [];
  const [name, value] = header as readonly unknown[];
  if (typeof name !== "string" || typeof value !== "string") return [];
  return [[cutText(name.toLowerCase(), 256), cutText(value, HEADER_CHARS_MAX)]];
}

function bodyOf(body: Json): CapturedBody {
  const text = textIn(body, "text");
  const isBase64 = body["encoding"] === "base64";
  // Base64 is cut at a whole group of four, without a mark: it must still be base64.
  const kept = isBase64 ? text.slice(0, BODY_CHARS_MAX) : cutText(text, BODY_CHARS_MAX);
  return {
    bytes: countIn(body, "bytes"),
    truncated: body["truncated"] === true || text.length > BODY_CHARS_MAX,
    encoding: isBase64 ? "base64" : "utf8",
    text: kept,
  };
}

function statusIn(holder: Json): number {
  const status = countIn(holder, "status");
  return status >= 100 && status <= 599 ? status : 0;
}

function durationIn(holder: Json, key: string): number {
  const value = holder[key];
  return typeof value === "number" && value > 0 && Number.isFinite(value) ? value : 0;
}
