import { shoalError } from "../core/errors.ts";
import { type HttpReply, isReplayable, type ReplyHeaders } from "../core/message.ts";
import { success } from "../core/outcome.ts";
import type { FetchRequest } from "./fetch-request.ts";
import { discard } from "./reply-body.ts";

/** Statuses whose Response must have no body (Fetch standard, "null body status"). */
const NULL_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** A reply as the platform's Response. Throws REPLY_INVALID for one that it cannot hold. */
export function responseOf(reply: HttpReply, { url, redirects }: FetchRequest): Response {
  try {
    const response = new Response(bodyOf(reply), { status: reply.status, headers: headersOf(reply.headers) });
    Object.defineProperty(response, "url", { value: url });
    Object.defineProperty(response, "redirected", { value: redirects > 0 });
    return response;
  } catch (cause) {
    discard(success(reply));
    throw shoalError("REPLY_INVALID", { message: `${url} answered with what no Response can hold`, cause });
  }
}

function bodyOf(reply: HttpReply): ReadableStream | Uint8Array<ArrayBuffer> | null {
  const { body } = reply;
  if (NULL_BODY.has(reply.status)) {
    discard(success(reply));
    return null;
  }
  if (body === undefined) return null;
  if (isReplayable(body)) return body as Uint8Array<ArrayBuffer>;
  return ReadableStream.from(body);
}

function headersOf(headers: ReplyHeaders): globalThis.Headers {
  const made = new globalThis.Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of typeof value === "string" ? [value] : value) made.append(name, one);
  }
  return made;
}
