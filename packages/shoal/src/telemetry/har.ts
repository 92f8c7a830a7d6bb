// No import of node: here: the dashboard uses this in the browser.
import type { CapturedBody, CapturedMessage, Exchange } from "./records.ts";

/** A name and a value, as HAR has them. */
interface HarPair {
  readonly name: string;
  readonly value: string;
}

interface HarMessage {
  readonly httpVersion: string;
  readonly cookies: readonly HarPair[];
  readonly headers: readonly HarPair[];
  /** -1: not known. */
  readonly headersSize: number;
  readonly bodySize: number;
}

interface HarRequest extends HarMessage {
  readonly method: string;
  readonly url: string;
  readonly queryString: readonly HarPair[];
  /** `_encoding` is ours: HAR has none for requests. */
  readonly postData?: { readonly mimeType: string; readonly text: string; readonly _encoding?: "base64" };
}

interface HarResponse extends HarMessage {
  /** 0: there was none. */
  readonly status: number;
  readonly statusText: string;
  readonly content: {
    readonly size: number;
    readonly mimeType: string;
    readonly text?: string;
    readonly encoding?: string;
  };
  readonly redirectURL: string;
}

interface HarEntry {
  readonly startedDateTime: string;
  readonly time: number;
  readonly request: HarRequest;
  readonly response: HarResponse;
  readonly cache: Readonly<Record<string, never>>;
  readonly timings: { readonly send: number; readonly wait: number; readonly receive: number };
  /** What HAR has no place for; fields with a "_" are the reader's to ignore. */
  readonly _shoal: Pick<
    Exchange,
    "id" | "side" | "traceId" | "spanId" | "peer" | "external" | "operation" | "error" | "attempts"
  > & { readonly requestTruncated: boolean; readonly replyTruncated: boolean };
}

/** An HTTP Archive 1.2. @see http://www.softwareishard.com/blog/har-12-spec/ */
export interface Har {
  readonly log: {
    readonly version: "1.2";
    readonly creator: { readonly name: string; readonly version: string };
    readonly entries: readonly HarEntry[];
  };
}

/** Exchanges, oldest first, as an archive that browsers' tools and others open. @param version Of Shoal. */
export function toHar(exchanges: readonly Exchange[], version: string): Har {
  const entries = [...exchanges].sort((one, other) => one.startMs - other.startMs).map(entryOf);
  return { log: { version: "1.2", creator: { name: "Shoal", version }, entries } };
}

function entryOf(exchange: Exchange): HarEntry {
  const { id, side, traceId, spanId, peer, external, operation, error, attempts, request, reply } = exchange;
  const timeMs = Math.max(0, exchange.durationMs);
  return {
    startedDateTime: dateOf(exchange.startMs),
    time: timeMs,
    request: requestOf(exchange),
    response: responseOf(exchange),
    cache: {},
    timings: { send: 0, wait: timeMs, receive: 0 },
    _shoal: {
      ...{ id, side, traceId, spanId, peer, external, operation, error, attempts },
      requestTruncated: request.body.truncated,
      replyTruncated: reply?.body.truncated ?? false,
    },
  };
}

function requestOf({ method, url, request }: Exchange): HarRequest {
  const { body } = request;
  const mimeType = headerIn(request, "content-type");
  const encoding = body.encoding === "base64" ? { _encoding: "base64" as const } : {};
  return {
    method,
    url,
    queryString: queryOf(url),
    ...messageOf(request),
    ...(body.text === "" ? {} : { postData: { mimeType, text: body.text, ...encoding } }),
  };
}

const NO_BODY: CapturedBody = { bytes: 0, truncated: false, encoding: "utf8", text: "" };

function responseOf({ status, reply }: Exchange): HarResponse {
  const message: CapturedMessage = reply ?? { headers: [], body: NO_BODY };
  const { body } = message;
  const text = body.text === "" ? {} : { text: body.text };
  return {
    status,
    statusText: "",
    ...messageOf(message),
    content: {
      size: body.bytes,
      mimeType: headerIn(message, "content-type") || "x-unknown",
      ...text,
      ...(body.encoding === "base64" ? { encoding: "base64" } : {}),
    },
    redirectURL: headerIn(message, "location"),
  };
}

/** Cookies are redacted, so there are none to list. */
function messageOf({ headers, body }: CapturedMessage): HarMessage {
  return {
    httpVersion: "HTTP/1.1",
    cookies: [],
    headers: headers.map(([name, value]) => ({ name, value })),
    headersSize: -1,
    bodySize: body.bytes,
  };
}

function headerIn({ headers }: CapturedMessage, name: string): string {
  return headers.find(([each]) => each === name)?.[1] ?? "";
}

function queryOf(url: string): readonly HarPair[] {
  const mark = url.indexOf("?");
  if (mark < 0) return [];
  const [query = ""] = url.slice(mark + 1).split("#");
  return [...new URLSearchParams(query)].map(([name, value]) => ({ name, value }));
}

/** A time that no date can hold is a broken clock's. */
function dateOf(unixMs: number): string {
  const date = new Date(unixMs);
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
}
