import { type HttpReply, isReplayable } from "../core/message.ts";
import { HEADER } from "../core/wire.ts";
import type { ServerFilter } from "./arrival.ts";

/** HEAD gets GET's headers, its length included, and no body (RFC 9110, 9.3.2). */
export const withoutBodyForHead: ServerFilter = (arrival, context, next) => {
  const reply = next(arrival, context);
  return arrival.message.method === "HEAD" ? reply.then(withoutBody) : reply;
};

function withoutBody({ status, headers, body }: HttpReply): HttpReply {
  if (!isReplayable(body)) leave(body);
  const length = body instanceof Uint8Array ? { [HEADER.contentLength]: String(body.byteLength) } : {};
  return { status, headers: { ...headers, ...length }, body: undefined };
}

/** Ends what nobody will read; that it fails in doing so is told to nobody either. */
function leave(body: AsyncIterable<Uint8Array>): void {
  void body[Symbol.asyncIterator]()
    .return?.()
    .then(undefined, () => {});
}
