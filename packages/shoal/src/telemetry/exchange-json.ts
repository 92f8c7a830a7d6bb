import { jsonText } from "./json-text.ts";
import type { CapturedBody, CapturedMessage, Exchange, ExchangeAttempt } from "./records.ts";
import { msText, unixMsText } from "./time-text.ts";

/** An exchange as JSON: what `JSON.stringify` says, times to the microsecond, for less than half of the time. */
export function exchangeJson(exchange: Exchange): string {
  const { id, side, traceId, spanId, peer, external, operation, method, url } = exchange;
  const { status, startMs, durationMs, error, attempts, request, reply } = exchange;
  return (
    `{"id":"${id}","side":"${side}","traceId":"${traceId}","spanId":"${spanId}","peer":${jsonText(peer)},` +
    `"external":${external},"operation":${jsonText(operation)},"method":${jsonText(method)},"url":${jsonText(url)},` +
    `"status":${status},"startMs":${unixMsText(startMs)},"durationMs":${msText(durationMs)},"error":${jsonText(error)},` +
    `"attempts":[${attempts.map(attemptJson).join(",")}],"request":${messageJson(request)},` +
    `"reply":${reply === null ? "null" : messageJson(reply)}}`
  );
}

export function attemptJson({ instance, afterMs, durationMs, status, error }: ExchangeAttempt): string {
  const times = `"afterMs":${msText(afterMs)},"durationMs":${msText(durationMs)},"status":${status}`;
  return `{"instance":${jsonText(instance)},${times},"error":${jsonText(error)}}`;
}

function messageJson({ headers, body }: CapturedMessage): string {
  let list = "";
  for (const [name, value] of headers) list += `${list === "" ? "" : ","}[${jsonText(name)},${jsonText(value)}]`;
  return `{"headers":[${list}],"body":${bodyJson(body)}}`;
}

/** A body is long, and full of quotes: nothing beats JSON.stringify at that. */
export function bodyJson({ bytes, truncated, encoding, text }: CapturedBody): string {
  return `{"bytes":${bytes},"truncated":${truncated},"encoding":"${encoding}","text":${JSON.stringify(text)}}`;
}
