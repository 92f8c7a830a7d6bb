import { isStreamed } from "../contract/stream.ts";
import type { Clock } from "../core/clock.ts";
import type { Context } from "../core/context.ts";
import { messageOf, type ShoalError, shoalError } from "../core/errors.ts";
import type { HttpReply } from "../core/message.ts";
import { sha256 } from "../core/sha256.ts";
import { HEADER } from "../core/wire.ts";
import type { Arrival, ServerFilter, ServerService } from "./arrival.ts";
import { bytesOf } from "./body.ts";
import type { IdempotencyStore, StoredReply } from "./idempotency-store.ts";
import { nack, refusal } from "./refusal.ts";

/** As Stripe and the IETF draft's implementations have it. */
const KEY_CHARS_MAX = 255;
const PRINTABLE = /^[\x21-\x7e]+$/;
const RETRY_AFTER_S = "1";

/**
 * `Idempotency-Key` for POST and PATCH (draft-ietf-httpapi-idempotency-key-header): the same key and request get the
 * first answer again; another request with the key is refused, and so is one while the first still runs.
 *
 * An answer is kept when the handler decided it. It is not kept when nothing was processed (a nack, a request that is
 * not valid), nor when the handler failed: then the caller may try again, and the work is done anew.
 */
export function idempotency(service: string, store: IdempotencyStore, clock: Pick<Clock, "wallMs">): ServerFilter {
  return (arrival, context, next) => {
    const given = keyIn(arrival);
    return given === undefined ? next(arrival, context) : withKey(given, arrival, context, next);
  };

  async function withKey(given: string, arrival: Arrival, context: Context, next: ServerService): Promise<HttpReply> {
    if (given.length > KEY_CHARS_MAX || !PRINTABLE.test(given)) return refusal(keyInvalid(), service);
    const key = `${context.caller ?? ""}\n${given}`;
    const claim = await store.begin(key, fingerprintOf(arrival), clock.wallMs());
    switch (claim.kind) {
      case "begun":
        return keepDecided(key, arrival, context, next);
      case "completed":
        return { ...claim.reply, headers: { ...claim.reply.headers, [HEADER.idempotencyReplayed]: "true" } };
      case "running":
        return refusal(inProgress(), service, { [HEADER.retryAfter]: RETRY_AFTER_S });
      case "mismatch":
        return refusal(mismatch(), service);
      case "full":
        return nack("retryable", "OVERLOADED", service, `${service} is at its limit of requests with a key`);
      default:
        return claim satisfies never;
    }
  }

  async function keepDecided(key: string, arrival: Arrival, context: Context, next: ServerService): Promise<HttpReply> {
    let kept: StoredReply | undefined;
    try {
      const reply = await next(arrival, context);
      kept = arrival.progress.stage === "decided" ? storable(reply) : undefined;
      return reply;
    } finally {
      await end(key, kept, context);
    }
  }

  /** The work is done: that its answer cannot be kept must not take it from the caller. */
  async function end(key: string, kept: StoredReply | undefined, context: Context): Promise<void> {
    try {
      if (kept) await store.complete(key, kept, clock.wallMs());
      else await store.release(key);
    } catch (cause) {
      context.log.error("the answer to an Idempotency-Key could not be kept", { error: messageOf(cause) });
    }
  }
}

/** A stream is answered as it is made, and never kept: its key means nothing. */
function keyIn({ message, route }: Arrival): string | undefined {
  if (route.kind === "operation" && isStreamed(route.operation)) return undefined;
  return message.method === "POST" || message.method === "PATCH" ? message.headers[HEADER.idempotencyKey] : undefined;
}

/** Two requests with one key are the same when method, target and body are; the caller is part of the key. */
function fingerprintOf({ message }: Arrival): string {
  return `${message.method} ${message.target} ${sha256(bytesOf(message), "base64")}`;
}

function storable({ status, headers, body }: HttpReply): StoredReply | undefined {
  return body === undefined || body instanceof Uint8Array ? { status, headers, body } : undefined;
}

function keyInvalid(): ShoalError {
  const message = `Idempotency-Key must be 1 to ${KEY_CHARS_MAX} printable characters without spaces`;
  return shoalError("REQUEST_INVALID", { message, hint: "Send a UUID." });
}

function inProgress(): ShoalError {
  return shoalError("IDEMPOTENCY_IN_PROGRESS", { message: "the first request with this Idempotency-Key still runs" });
}

function mismatch(): ShoalError {
  return shoalError("IDEMPOTENCY_MISMATCH", { message: "this Idempotency-Key was used for another request" });
}
