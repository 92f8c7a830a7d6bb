import type { TraceContext } from "../core/trace-context.ts";
import type { RawBody } from "./capture-body.ts";
import { type HeaderList, headerList, type RawHeaders, redactHeaders, valueIn } from "./capture-headers.ts";
import { type CaptureSettings, captureSettings } from "./capture-settings.ts";
import { captureText } from "./capture-text.ts";
import type { Recorder } from "./recorder.ts";
import type { CapturedMessage, Exchange, ExchangeAttempt } from "./records.ts";
import { type Echo, echoOf } from "./redact-echo.ts";
import type { SensitiveNode, SensitiveParts } from "./redact-sensitive.ts";
import { redactTarget } from "./redact-target.ts";
import { redactText } from "./redact-text.ts";

export interface RawMessage {
  readonly headers: RawHeaders;
  readonly body: RawBody;
}

/** An exchange as it was seen: nothing in it is redacted or copied. */
export interface RawExchange extends Omit<Exchange, "id" | "traceId" | "spanId" | "url" | "request" | "reply"> {
  readonly trace: Pick<TraceContext, "traceId" | "spanId">;
  /** Such as "http://quotes.service". */
  readonly origin: string;
  /** Path and query. */
  readonly target: string;
  readonly attempts: readonly ExchangeAttempt[];
  readonly request: RawMessage;
  readonly reply: RawMessage | null;
  /** What the operation's contract calls sensitive. */
  readonly sensitive: SensitiveParts | undefined;
}

/** True when an exchange is to be recorded: of a sampled trace, failed, without a reply, or slow. */
export function isKept(
  { slowMs }: Pick<Recorder, "slowMs">,
  { flags }: Pick<TraceContext, "flags">,
  { status, error, durationMs }: Pick<Exchange, "status" | "error" | "durationMs">,
): boolean {
  return (flags & 1) === 1 || status >= 500 || status === 0 || error !== "" || durationMs >= slowMs;
}

/** Exchanges with sensitive values that are remembered, the oldest forgotten first. */
const REMEMBERED_MAX = 200;
const remembered: { readonly traceId: string; readonly values: () => ReadonlySet<string> }[] = [];

/**
 * Remembers an exchange whose contract calls something sensitive: an app without contract may hand on what it got in
 * it, so its values are hidden in the other exchanges of this process that belong to the same trace.
 */
export function rememberSensitive(raw: RawExchange, settings: CaptureSettings = captureSettings()): void {
  if (!raw.sensitive) return;
  let values: ReadonlySet<string> | undefined;
  remembered.push({
    traceId: raw.trace.traceId,
    values() {
      values ??= sensitiveValues(raw, settings);
      return values;
    },
  });
  if (remembered.length > REMEMBERED_MAX) remembered.shift();
}

function sensitiveValues(raw: RawExchange, settings: CaptureSettings): ReadonlySet<string> {
  const { sensitive, target, request, reply } = raw;
  const echo = echoOf(sensitive);
  redactTarget(target, { rules: settings.rules, sensitive, onSensitive: echo.add });
  captureMessage(request, { settings, sensitive, node: sensitive?.body, echo });
  if (reply) captureMessage(reply, { settings, sensitive, node: sensitive?.returns, echo });
  return echo.values;
}

/** True when other exchanges of this process tell values to hide in those of a trace. */
export function hasRemembered(traceId: string): boolean {
  return remembered.length > 0 && remembered.some((one) => one.traceId === traceId);
}

function valuesOfTrace(traceId: string): ReadonlySet<string> | undefined {
  const same = remembered.filter((one) => one.traceId === traceId);
  return same.length === 0 ? undefined : new Set(same.flatMap(({ values }) => [...values()]));
}

export const TEXT_CHARS_MAX = 2_000;
export const ATTEMPTS_MAX = 20;

/** The record of an exchange, redacted. */
export function makeExchange(raw: RawExchange, id: string, settings: CaptureSettings = captureSettings()): Exchange {
  const { trace, origin, target, sensitive, ...rest } = raw;
  const { rules } = settings;
  const echo = echoOf(sensitive, valuesOfTrace(trace.traceId));
  const path = redactTarget(target, { rules, sensitive, onSensitive: echo.add });
  const request = captureMessage(raw.request, { settings, sensitive, node: sensitive?.body, echo });
  const reply = raw.reply && captureMessage(raw.reply, { settings, sensitive, node: sensitive?.returns, echo });
  const text = (value: string) => echo.hide(redactText(value.slice(0, TEXT_CHARS_MAX), rules));
  return {
    ...rest,
    id,
    traceId: trace.traceId,
    spanId: trace.spanId,
    operation: text(rest.operation),
    url: echo.hide(redactText(origin, rules) + path),
    error: text(rest.error),
    attempts: rest.attempts.slice(0, ATTEMPTS_MAX),
    request: echo.hideIn(request),
    reply: reply && echo.hideIn(reply),
  };
}

interface MessageParts {
  readonly settings: CaptureSettings;
  readonly sensitive: SensitiveParts | undefined;
  readonly node: SensitiveNode | undefined;
  readonly echo: Echo;
}

function captureMessage({ headers, body }: RawMessage, parts: MessageParts): CapturedMessage {
  const { settings, sensitive, node, echo } = parts;
  const list: HeaderList = headerList(headers);
  const isSensitive = (name: string, value: string) => {
    const secret = sensitive?.headers.has(name) === true;
    if (secret) echo.add(value);
    return secret;
  };
  return {
    headers: redactHeaders(list, settings.rules, sensitive ? isSensitive : undefined),
    body: captureText(body, {
      settings,
      contentType: valueIn(list, "content-type"),
      contentEncoding: valueIn(list, "content-encoding"),
      sensitive: node,
      onSensitive: echo.add,
    }),
  };
}
