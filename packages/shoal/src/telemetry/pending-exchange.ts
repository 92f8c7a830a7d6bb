import type { Random } from "../core/clock.ts";
import { randomHex, wordHex } from "../core/trace-context.ts";
import { type CaptureSettings, captureSettings } from "./capture-settings.ts";
import { captureText } from "./capture-text.ts";
import {
  ATTEMPTS_MAX,
  hasRemembered,
  makeExchange,
  type RawExchange,
  type RawMessage,
  TEXT_CHARS_MAX,
} from "./exchange.ts";
import { attemptJson, bodyJson, exchangeJson } from "./exchange-json.ts";
import { headersJson } from "./headers-json.ts";
import { jsonText } from "./json-text.ts";
import { createKnownTexts, type KnownTexts } from "./known-texts.ts";
import type { PendingExchange } from "./recorder.ts";
import type { Exchange } from "./records.ts";
import type { RedactRules } from "./redact-rules.ts";
import { redactText, redactUrl } from "./redact-text.ts";
import { msText, unixMsText } from "./time-text.ts";

/** Puts the work of making the exchange off until its batch leaves. */
export function pendingExchange(
  raw: RawExchange,
  random: Random,
  settings: CaptureSettings = captureSettings(),
): PendingExchange {
  return new Pending(raw, random, settings);
}

class Pending implements PendingExchange {
  readonly bytes: number;
  readonly #raw: RawExchange;
  readonly #random: Random;
  readonly #settings: CaptureSettings;
  #id = "";

  constructor(raw: RawExchange, random: Random, settings: CaptureSettings) {
    const { request, reply } = raw;
    const { bodyBytesMax } = settings;
    const bytes = Math.min(request.body.bytes, bodyBytesMax);
    this.bytes = bytes + (reply === null ? 0 : Math.min(reply.body.bytes, bodyBytesMax));
    this.#raw = raw;
    this.#random = random;
    this.#settings = settings;
  }

  make(): Exchange {
    return makeExchange(this.#raw, this.#ownId(), this.#settings);
  }

  json(): string {
    return exchangeText(this.#raw, this.#ownId(), this.#settings);
  }

  #ownId(): string {
    if (this.#id === "") this.#id = newId(this.#random);
    return this.#id;
  }
}

/**
 * The JSON of `makeExchange`, written without making it. Nearly no exchange has anything that its contract calls
 * sensitive, and then most of it has been said before: names and values of headers, the operation, the service.
 */
export function exchangeText(raw: RawExchange, id: string, settings: CaptureSettings = captureSettings()): string {
  const { side, trace, peer, external, operation, method, origin, target } = raw;
  const { status, startMs, durationMs, error, attempts, request, reply } = raw;
  if (raw.sensitive || hasRemembered(trace.traceId)) return exchangeJson(makeExchange(raw, id, settings));
  const { rules } = settings;
  const text = redactedTexts(rules);
  return (
    `{"id":"${id}","side":"${side}","traceId":"${trace.traceId}","spanId":"${trace.spanId}","peer":${plainText(peer)},` +
    `"external":${external},"operation":${text(operation)},"method":${plainText(method)},` +
    `"url":${jsonText(redactText(origin, rules) + redactUrl(target, rules))},` +
    `"status":${status},"startMs":${unixMsText(startMs)},"durationMs":${msText(durationMs)},"error":${error === "" ? '""' : text(error)},` +
    `"attempts":${attempts.length === 0 ? "[]" : `[${attempts.slice(0, ATTEMPTS_MAX).map(attemptJson).join(",")}]`},` +
    `"request":${messageText(request, settings)},"reply":${reply === null ? "null" : messageText(reply, settings)}}`
  );
}

function messageText({ headers, body }: RawMessage, settings: CaptureSettings): string {
  const { json, contentType = "", contentEncoding = "" } = headersJson(headers, settings.rules);
  if (body.bytes === 0 && body.chunks.length === 0) return `{"headers":[${json}],"body":${NO_BODY_JSON}}`;
  const captured = captureText(body, { settings, contentType, contentEncoding, sensitive: undefined, onSensitive });
  return `{"headers":[${json}],"body":${bodyJson(captured)}}`;
}

const NO_BODY_JSON = bodyJson({ bytes: 0, truncated: false, encoding: "utf8", text: "" });
const onSensitive = () => {};

const TEXTS_MAX = 200;
const plainText = createKnownTexts(jsonText, TEXTS_MAX);
let ofRules: { readonly rules: RedactRules; readonly text: KnownTexts } | undefined;

/** Texts that may hold a secret, redacted and as JSON. */
function redactedTexts(rules: RedactRules): KnownTexts {
  if (ofRules?.rules !== rules) {
    const redacted = (text: string) => jsonText(redactText(text.slice(0, TEXT_CHARS_MAX), rules));
    ofRules = { rules, text: createKnownTexts(redacted, TEXTS_MAX) };
  }
  return ofRules.text;
}

/**
 * The ids of one source of chance: they are counted, and 96 random bits tell them from those of others. The count comes
 * first and is spread over its 32 bits, so that the first digits of an id tell it from its neighbours.
 */
let ids: { readonly random: Random; readonly start: number; readonly ending: string; count: number } | undefined;
const COUNT_MAX = 2 ** 32;
/** Odd, so that no two counts are spread alike: 2^32 divided by the golden ratio (Knuth, TAOCP 3, 6.4). */
const SPREAD = 0x9e3779b1;

function newId(random: Random): string {
  if (ids?.random !== random || ids.count >= COUNT_MAX) {
    const ending = randomHex(random, 3);
    ids = { random, start: Number.parseInt(ending.slice(0, 8), 16), ending, count: 0 };
  }
  const spread = Math.imul(ids.count, SPREAD) ^ ids.start;
  ids.count += 1;
  return wordHex(spread) + ids.ending;
}
