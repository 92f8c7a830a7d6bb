/** Methods by their number; others go over HTTP/1.1. */
export const METHODS: readonly string[] = ["", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Header names by their number, from 1 to 127. Only ever appended to: the numbers are on the wire (docs/wire.md). */
export const NAMES: readonly string[] = [
  "", // 0: the name is in the text
  "content-type",
  "content-length",
  "accept",
  "traceparent",
  "tracestate",
  "baggage",
  "x-deadline-ms",
  "x-shoal-caller",
  "x-shoal-attempt",
  "x-shoal-realm",
  "x-shoal-criticality",
  "x-shoal-nack",
  "x-shoal-retry",
  "x-shoal-instance",
  "x-shoal-sensitive",
  "x-shoal-fault",
  "idempotency-key",
  "idempotency-replayed",
  "retry-after",
  "authorization",
  "cookie",
  "set-cookie",
  "user-agent",
  "host",
  "origin",
  "referer",
  "accept-encoding",
  "accept-language",
  "content-encoding",
  "content-language",
  "content-disposition",
  "cache-control",
  "etag",
  "if-match",
  "if-none-match",
  "last-modified",
  "if-modified-since",
  "if-unmodified-since",
  "date",
  "server",
  "vary",
  "allow",
  "location",
  "link",
  "range",
  "content-range",
  "accept-ranges",
  "www-authenticate",
  "x-request-id",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "last-event-id",
];

/** Whole headers by their number, from 128 to 255. Only ever appended to. */
export const PAIRS: readonly (readonly [name: string, value: string])[] = [
  ["content-type", "application/json"],
  ["content-type", "application/problem+json"],
  ["content-type", "application/json; charset=utf-8"],
  ["content-type", "text/plain; charset=utf-8"],
  ["content-type", "text/event-stream"],
  ["accept", "*/*"],
  ["accept", "application/json"],
  ["accept", "text/event-stream"],
  ["x-shoal-attempt", "1"],
  ["x-shoal-attempt", "2"],
  ["x-shoal-attempt", "3"],
  ["x-shoal-criticality", "critical"],
  ["x-shoal-criticality", "sheddable"],
  ["x-shoal-nack", "retryable"],
  ["x-shoal-nack", "final"],
  ["x-shoal-retry", "never"],
  ["x-shoal-realm", "local"],
  ["retry-after", "0"],
  ["retry-after", "1"],
  ["idempotency-replayed", "true"],
  ["cache-control", "no-cache"],
  ["cache-control", "no-store"],
];

export const FIRST_PAIR = 128;

/** They are about one connection of HTTP/1.1, and mean nothing here (RFC 9110, 7.6.1). */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "te",
  "trailer",
  "upgrade",
  "expect",
]);

export const METHOD_NUMBERS: ReadonlyMap<string, number> = new Map(
  METHODS.map((method, number) => [method, number] as const).slice(1),
);

/** What an encoder looks up under a name. */
export interface KnownName {
  readonly number: number;
  /** Numbers of whole headers, by their value. */
  readonly pairs: ReadonlyMap<string, number> | undefined;
}

export const KNOWN_NAMES: ReadonlyMap<string, KnownName> = new Map(
  NAMES.map((name, number) => [name, { number, pairs: pairsOf(name) }] as const).slice(1),
);

function pairsOf(name: string): ReadonlyMap<string, number> | undefined {
  const pairs = new Map<string, number>();
  PAIRS.forEach(([pairName, value], index) => {
    if (pairName === name) pairs.set(value, FIRST_PAIR + index);
  });
  return pairs.size === 0 ? undefined : pairs;
}
