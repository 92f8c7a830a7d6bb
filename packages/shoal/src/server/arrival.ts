import type { Operation } from "../contract/operation.ts";
import type { Context } from "../core/context.ts";
import type { ShoalError } from "../core/errors.ts";
import type { Headers, HttpReply, HttpRequest } from "../core/message.ts";
import type { Filter, Service } from "../core/service.ts";
import type { Release } from "./limiter.ts";

/**
 * How far a request has come:
 * - `waiting`: refusing it is still a nack, for nothing was done;
 * - `begun`: it has a slot, and a handler may be at work;
 * - `decided`: the handler returned, or threw an error of its contract: the work is done and the answer stands.
 */
type Stage = "waiting" | "begun" | "decided";

/** What a request's method and path mean to this service. */
export type Route =
  | { readonly kind: "operation"; readonly operation: Operation; readonly params: Headers }
  | { readonly kind: "own"; readonly answer: (headers: Headers) => HttpReply | Promise<HttpReply> }
  | { readonly kind: "refused"; readonly error: ShoalError; readonly allow: string | undefined };

/** A request whose handler was called before there was a message: see direct.ts. */
export interface BegunWork {
  /** The request's, as its handler has it. */
  readonly context: Context;
  /** When it came, on `clock.now()`'s scale. */
  readonly startMs: number;
  /** Gives its place back. */
  readonly release: Release;
  /** Makes a reply of what the handler returned or threw, when it has. */
  readonly answer: ServerService;
}

/** A request inside a server. */
export interface Arrival {
  readonly message: HttpRequest;
  readonly route: Route;
  readonly begun?: BegunWork | undefined;
  /** Shared by all copies of the arrival; the only thing about it that changes. */
  readonly progress: {
    stage: Stage;
    /** What was read of a body that streams; undefined until it is whole. */
    body?: Uint8Array;
  };
}

/** A filter of the server's stack. Refusals are replies: nothing in the stack throws to control its flow. */
export type ServerFilter = Filter<Arrival, HttpReply>;
export type ServerService = Service<Arrival, HttpReply>;

/** A request that has just come in. */
export function arrivalOf(message: HttpRequest, route: Route): Arrival {
  return { message, route, progress: { stage: "waiting" } };
}

/** The target without its query. */
export function pathOf(target: string): string {
  const mark = target.indexOf("?");
  return mark < 0 ? target : target.slice(0, mark);
}
