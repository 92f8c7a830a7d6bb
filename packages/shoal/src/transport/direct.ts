import type { Input } from "../contract/codec.ts";
import type { Operation } from "../contract/operation.ts";
import type { Context } from "../core/context.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import type { Service } from "../core/service.ts";

/**
 * A service of this process as one beside it calls it without a message: nothing is encoded, and what nearly no call
 * needs is left out. For nothing but what is answered well and at once: what has begun and comes to be something else
 * goes on the whole way, through `Begun.goOn`.
 */
export interface DirectService {
  /** A request's body, in bytes of JSON, at most. */
  readonly bodyBytesMax: number;
  /** A request that takes this long is recorded, in ms, and so goes on the whole way. */
  readonly slowMs: number;
  /** Calls the handler; undefined when the request has to come the whole way, and then nothing was done. */
  readonly begin: (request: DirectRequest) => Begun | undefined;
}

export interface DirectRequest {
  /** The caller's: only that of the very contract that is served is answered here. */
  readonly operation: Operation;
  /** A copy that nobody else has, not validated yet. */
  readonly input: Input;
  /** Of the call. */
  readonly context: Context;
  /** When it was made, on `clock.now()`'s scale. */
  readonly startMs: number;
}

/** A request whose handler was called. One of `end`, `goOn` and `abandon` is to be called, once. */
export interface Begun {
  /** What the handler returned, maybe a promise; what it threw is left to `goOn`. */
  readonly returned: unknown;
  readonly hasThrown: boolean;
  /** It was answered well, and there is nothing more to be done for it. */
  readonly end: (nowMs: number) => void;
  /** Answers its message as if the handler had been called by that. */
  readonly goOn: Service<HttpRequest, HttpReply>;
  /** Nobody waits for it any more, and there is nobody to answer. */
  readonly abandon: () => void;
}
