import { problemReply } from "../../contract/problem.ts";
import type { Context } from "../../core/context.ts";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply, HttpRequest } from "../../core/message.ts";
import { HEADER } from "../../core/wire.ts";
import { compressedBody } from "./compressed-body.ts";
import type { LiveHub } from "./live-hub.ts";
import { liveQuery } from "./live-query.ts";
import type { LiveReader } from "./live-reader.ts";

/** Where live events are. */
export const LIVE_PATH = "/api/v1/live";

/**
 * Answers `GET /api/v1/live` with server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)
 * that last until the context is aborted. Throws REQUEST_INVALID, and LIMIT_REACHED when too many watch.
 */
export function liveReply(hub: LiveHub, { method, target, headers: asked }: HttpRequest, context: Context): HttpReply {
  if (method !== "GET") {
    const error = shoalError("METHOD_NOT_ALLOWED", { message: `${method} is not for this path, but GET` });
    return problemReply(error, "shoal-control", { allow: "GET" });
  }
  const reader = hub.add(liveQuery(target.split("?", 2)[1] ?? ""));
  if (!reader) {
    throw shoalError("LIMIT_REACHED", {
      message: "as many dashboards watch this control plane as may",
      hint: "Close some of their tabs.",
    });
  }
  const end = () => void reader.return();
  if (context.signal.aborted) end();
  else context.signal.addEventListener("abort", end, { once: true });
  const headers = { [HEADER.contentType]: "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" };
  const body = bodyOf(reader, () => context.signal.removeEventListener("abort", end));
  if (!/\bgzip\b/.test(asked["accept-encoding"] ?? "")) return { status: 200, headers, body };
  return { status: 200, headers: { ...headers, "content-encoding": "gzip" }, body: compressedBody(body) };
}

/** Written by hand rather than as a generator: `return` must work while `next` waits. */
function bodyOf(reader: LiveReader, onEnd: () => void): AsyncIterable<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array, undefined, undefined> = {
    async next() {
      const result = await reader.next();
      if (result.done) onEnd();
      return result;
    },
    return() {
      onEnd();
      return reader.return();
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
