import type { Body, Headers } from "../core/message.ts";

/** A request as `fetch` was asked for it. */
export interface FetchRequest {
  readonly url: string;
  /** Upper case. */
  readonly method: string;
  readonly headers: Headers;
  readonly body: Body;
  readonly redirect: "follow" | "error" | "manual";
  /** Redirects followed so far. */
  readonly redirects: number;
}

/** About one connection and not the request; ours says its own (RFC 9110, 7.6.1). */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Reads what the platform's `fetch` would send. Throws TypeError where it would. */
export async function readRequest(
  input: string | URL | Request,
  url: string,
  init: RequestInit,
): Promise<FetchRequest> {
  const streams = isStream(init.body) || (init.body === undefined && typeof input === "object" && "body" in input);
  // The signal is followed elsewhere: each Request leaves a listener on it.
  const parts: RequestInit & { duplex?: "half" } = { ...init, signal: null };
  if (streams) parts.duplex = "half";
  const request = new Request(input, parts);
  const headers: Record<string, string> = {};
  for (const [name, value] of request.headers) if (!HOP_BY_HOP.has(name)) headers[name] = value;
  const { method, redirect, body: stream } = request;
  const body = stream === null ? undefined : streams ? chunksOf(stream) : new Uint8Array(await request.arrayBuffer());
  return { url, method, headers, body, redirect, redirects: 0 };
}

function isStream(body: unknown): boolean {
  return typeof body === "object" && body !== null && (Symbol.asyncIterator in body || "getReader" in body);
}

function chunksOf(stream: ReadableStream): AsyncIterable<Uint8Array> {
  return stream as unknown as AsyncIterable<Uint8Array>; // Node's streams are async iterable; lib.dom's types do not say so
}
