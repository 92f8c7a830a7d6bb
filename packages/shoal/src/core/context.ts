import { AsyncLocalStorage } from "node:async_hooks";
import type { Log } from "./log.ts";
import type { TraceContext } from "./trace-context.ts";

/** What travels beside a request: how long it matters, who asks, where, and which trace it belongs to. */
export interface Context {
  /** When the answer stops mattering: absolute, in ms, on `clock.now()`'s scale. */
  readonly deadlineMs: number;
  /** Aborted when the caller has gone or the deadline has passed. */
  readonly signal: AbortSignal;
  readonly trace: TraceContext;
  /** The W3C `baggage` header as received; "" when absent. */
  readonly baggage: string;
  /** The calling service, or undefined when it did not say. */
  readonly caller: string | undefined;
  /** The realm in which the request runs. */
  readonly realm: string;
  /** 1 for the first attempt of a call. */
  readonly attempt: number;
  readonly log: Log;
}

const current = new AsyncLocalStorage<Context>();

/** The context of the request being handled, or undefined outside of one. */
export function currentContext(): Context | undefined {
  return current.getStore();
}

/** Runs `task` so that calls made inside it inherit `context`: its deadline, cancellation and trace. */
export function runInContext<Result>(context: Context, task: () => Result): Result {
  return current.run(context, task);
}
