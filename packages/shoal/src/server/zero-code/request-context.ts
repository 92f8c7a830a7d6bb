import type { IncomingMessage, ServerResponse } from "node:http";
import type { Context } from "../../core/context.ts";
import type { Headers } from "../../core/message.ts";
import { arrivingContext } from "../../transport/arrival.ts";
import { contextIn } from "../context-in.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * The context of a request to an app that knows nothing of contexts. Two things differ from a contract's handler:
 *
 * - It is not cancelled when the caller leaves: the app was written to finish what it began.
 * - Its deadline ends with its reply: what an app goes on to do after it has answered is not bound by the time that
 *   the caller had.
 */
export function requestContext(
  request: IncomingMessage,
  response: ServerResponse,
  { ports, identity, log, recorder }: Surroundings,
): { readonly context: Context; readonly remainingMs: number } {
  const source = {
    ports,
    realm: identity.realm,
    log: log(),
    handlerMs: Number.POSITIVE_INFINITY,
    sampleNewTrace: recorder?.()?.sampleNewTrace,
  };
  const arriving = arrivingContext(new AbortController().signal);
  const context = contextIn(request.headers as Headers, arriving, source);
  const { deadlineMs } = context;
  return {
    context: Object.defineProperty(context, "deadlineMs", {
      get: () => (response.writableEnded ? Number.POSITIVE_INFINITY : deadlineMs),
      enumerable: true,
    }),
    remainingMs: deadlineMs - ports.clock.now(),
  };
}
