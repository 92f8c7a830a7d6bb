import type { Cancellation } from "../core/cancellation.ts";
import { cancellationOf } from "../core/context.ts";
import { isShoalError, type ShoalError, shoalError } from "../core/errors.ts";
import { type HttpRequest, readBody, tooLarge } from "../core/message.ts";
import { HEADER } from "../core/wire.ts";
import type { ServerFilter } from "./arrival.ts";
import { refusal } from "./refusal.ts";

/**
 * Reads the body into memory, up to a limit: by its declared length before a byte is read, then by counting. Bodies of
 * operations that declare none are left alone.
 */
export function bufferBody(service: string, bytesMax: number): ServerFilter {
  return (arrival, context, next) => {
    const { message, route } = arrival;
    const { body } = message;
    if (body === undefined || route.kind !== "operation" || !route.operation.spec.body) return next(arrival, context);
    if (Number(message.headers[HEADER.contentLength] ?? 0) > bytesMax)
      return Promise.resolve(refusal(tooLarge(bytesMax), service));
    if (body instanceof Uint8Array && body.byteLength <= bytesMax) {
      arrival.progress.body = body;
      return next(arrival, context);
    }
    return readWhileWanted(message, bytesMax, cancellationOf(context)).then((read) => {
      if (!(read instanceof Uint8Array)) return refusal(read, service);
      arrival.progress.body = read;
      return next({ ...arrival, message: { ...message, body: read } }, context);
    });
  };
}

/** The bytes of a message whose body was read, or that has none. */
export function bytesOf({ body }: HttpRequest): Uint8Array {
  return body instanceof Uint8Array ? body : EMPTY;
}

const EMPTY = new Uint8Array(0);

/** A client that stops sending must not keep its place until its connection times out. */
function readWhileWanted(
  message: HttpRequest,
  bytesMax: number,
  cancellation: Cancellation,
): Promise<Uint8Array | ShoalError> {
  return new Promise((resolve) => {
    const leaving = { onCancel: (reason: unknown) => resolve(interrupted(reason)) };
    cancellation.subscribe(leaving);
    const end = (read: Uint8Array | ShoalError) => {
      cancellation.unsubscribe(leaving);
      resolve(read);
    };
    readBody(message.body, bytesMax).then(end, (cause) => end(isShoalError(cause) ? cause : interrupted(cause)));
  });
}

/** Nobody is told: the deadline filter has answered, or the caller has gone. */
function interrupted(cause: unknown): ShoalError {
  return shoalError("CANCELLED", { message: "the body did not arrive", cause });
}
