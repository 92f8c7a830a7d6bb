import type { HttpReply } from "../core/message.ts";
import { HEADER } from "../core/wire.ts";
import type { ServerFilter } from "./arrival.ts";

/** HEAD gets GET's headers, its length included, and no body (RFC 9110, 9.3.2). */
export const withoutBodyForHead: ServerFilter = async (arrival, context, next) => {
  const reply = await next(arrival, context);
  return arrival.message.method === "HEAD" ? withoutBody(reply) : reply;
};

function withoutBody({ status, headers, body }: HttpReply): HttpReply {
  const length = body instanceof Uint8Array ? { [HEADER.contentLength]: String(body.byteLength) } : {};
  return { status, headers: { ...headers, ...length }, body: undefined };
}
