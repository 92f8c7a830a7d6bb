import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Body, Headers, HttpReply, HttpRequest } from "../core/message.ts";
import { HEADER } from "../core/wire.ts";
import { IncomingBody } from "./incoming-body.ts";

/** What Node received, as a request. The body is a stream; undefined when the request says that it has none. */
export function toHttpRequest(incoming: IncomingMessage): HttpRequest {
  return {
    method: incoming.method ?? "GET",
    target: originForm(incoming.url ?? "/"),
    headers: flatHeaders(incoming),
    body: hasBody(incoming) ? new IncomingBody(incoming) : undefined,
  };
}

/** "http://host/path", which proxies may send, becomes "/path"; "*" of OPTIONS becomes "/". */
function originForm(url: string): string {
  if (url.startsWith("/")) return url;
  if (!URL.canParse(url)) return "/";
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** Node joins what is sent twice, but for set-cookie, which means nothing in a request. */
function flatHeaders({ headers }: IncomingMessage): Headers {
  if (headers["set-cookie"] === undefined) return headers as Headers;
  return { ...headers, "set-cookie": headers["set-cookie"].join(", ") } as Headers;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers[HEADER.contentLength] ?? 0) > 0;
}

/** Writes a reply. Rejects when a header cannot be sent or the stream of the body fails; the caller ends the socket. */
export async function writeHttpReply(reply: HttpReply, outgoing: ServerResponse): Promise<void> {
  if (outgoing.destroyed) return;
  const { body } = reply;
  outgoing.writeHead(reply.status, withLength(reply, body));
  if (body === undefined) outgoing.end();
  else if (body instanceof Uint8Array) endWith(body, outgoing);
  else await pipeline(Readable.from(body, { objectMode: false }), outgoing);
}

/** Up to here copying a body into the text of its head is cheaper than a write of two parts. */
const COPIED_BYTES_MAX = 16_384;

/** Node writes head and body together only when both are text, and two parts cost it as much again as all the rest. */
function endWith(body: Uint8Array, outgoing: ServerResponse): void {
  if (body.byteLength > COPIED_BYTES_MAX) outgoing.end(body);
  else outgoing.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1"), "latin1");
}

/** Without its length a body would go out in chunks. */
function withLength(reply: HttpReply, body: Body): Record<string, string | string[]> {
  const headers = reply.headers as Record<string, string | string[]>;
  if (headers[HEADER.contentLength] !== undefined || reply.status === 204 || reply.status === 304) return headers;
  if (body === undefined) return { ...headers, [HEADER.contentLength]: "0" };
  return body instanceof Uint8Array ? { ...headers, [HEADER.contentLength]: String(body.byteLength) } : headers;
}
