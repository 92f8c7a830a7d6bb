import { AsyncLocalStorage } from "node:async_hooks";
import { type Cancellation, cancellationOfSignal } from "./cancellation.ts";
import type { Criticality } from "./criticality.ts";
import type { Log } from "./log.ts";
import type { TraceContext } from "./trace-context.ts";

/** What travels beside a request: how long it matters, who asks, where, and which trace it belongs to. */
export interface Context {
  /** When the answer stops mattering: absolute, in ms, on `clock.now()`'s scale. */
  readonly deadlineMs: number;
  /** Aborted when the caller has gone or the deadline has passed. */
  readonly signal: AbortSignal;
  /** What `signal` says, without making one; see `cancellationOf`. Absent in a context that is a plain object. */
  readonly cancellation?: Cancellation | undefined;
  readonly trace: TraceContext;
  /** The W3C `baggage` header as received; "" when absent. */
  readonly baggage: string;
  /** The calling service, or undefined when it did not say. */
  readonly caller: string | undefined;
  /** The realm in which the request runs. */
  readonly realm: string;
  /** How much it matters to answer when not all can be answered; calls made for it inherit it. */
  readonly criticality: Criticality;
  /** 1 for the first attempt of a call. */
  readonly attempt: number;
  readonly log: Log;
}

/** All of a context but what can be cancelled by. */
export type ContextValues = Omit<Context, "signal" | "cancellation">;

/**
 * A context whose signal is made when somebody reads it. Copied by its constructor: `signal` is no property of its own, so
 * that a spread loses it. What makes calls with such a copy goes by `cancellation`, unless the copy was given a signal.
 */
export class LazyContext implements Context {
  deadlineMs: number;
  trace: TraceContext;
  baggage: string;
  caller: string | undefined;
  realm: string;
  criticality: Criticality;
  attempt: number;
  log: Log;
  readonly cancellation: Cancellation;

  constructor(values: ContextValues, cancellation: Cancellation) {
    this.deadlineMs = values.deadlineMs;
    this.trace = values.trace;
    this.baggage = values.baggage;
    this.caller = values.caller;
    this.realm = values.realm;
    this.criticality = values.criticality;
    this.attempt = values.attempt;
    this.log = values.log;
    this.cancellation = cancellation;
  }

  get signal(): AbortSignal {
    return this.cancellation.signal;
  }
}

/** What a context can be cancelled by, whoever made it. */
export function cancellationOf(context: Pick<Context, "signal" | "cancellation">): Cancellation {
  return ownCancellation(context) ?? cancellationOfSignal(context.signal);
}

/** Undefined for a plain object that has a signal: it may be a copy of a context whose cancellation is another. */
function ownCancellation(context: Pick<Context, "signal" | "cancellation">): Cancellation | undefined {
  if (context instanceof LazyContext) return context.cancellation;
  return (context.signal as AbortSignal | undefined) === undefined ? context.cancellation : undefined;
}

/** Whether nobody waits any more; why is the reason. Makes no signal. */
export function endOf(context: Pick<Context, "signal" | "cancellation">): {
  readonly aborted: boolean;
  readonly reason: unknown;
} {
  return ownCancellation(context) ?? context.signal;
}

/**
 * The same place holds what OpenTelemetry's API keeps for a piece of work, so that a call pays for one store and not
 * for two: a user's span inside a handler is current for both.
 */
export class Beside {
  /** The request's context with the user's span as its current one; undefined outside of a request. */
  readonly context: Context | undefined;
  /** The user's span, if there is one. */
  readonly trace: TraceContext | undefined;
  /** OpenTelemetry's own context; nothing here knows its type. */
  readonly theirs: unknown;

  constructor(context: Context | undefined, trace: TraceContext | undefined, theirs: unknown) {
    this.context = context;
    this.trace = trace;
    this.theirs = theirs;
  }
}

const current = new AsyncLocalStorage<Context | Beside>();

/**
 * Runs a task outside of every request. For what outlives the call that happens to begin it, such as a connection, a timer
 * or a watch: it belongs to none, and must not keep alive what one of them was made in.
 */
export const outsideOfCalls = AsyncLocalStorage.snapshot();

/** Asks an app's own tracing for its current span; undefined when it has none of its own, which is the usual. */
let foreignTrace: (() => TraceContext | undefined) | undefined;

/** The context of the request being handled, or undefined outside of one. */
export function currentContext(): Context | undefined {
  const held = current.getStore();
  const context = held instanceof Beside ? held.context : held;
  if (foreignTrace === undefined || context === undefined) return context;
  const trace = foreignTrace();
  return trace === undefined ? context : contextWith(context, { trace });
}

/** The span that is current, also outside of a request. */
export function currentTrace(): TraceContext | undefined {
  const held = current.getStore();
  return foreignTrace?.() ?? held?.trace;
}

/** What is held now, as it is: for OpenTelemetry's API. */
export function currentlyHeld(): Context | Beside | undefined {
  return current.getStore();
}

/** Runs `task` so that calls made inside it inherit `context`: its deadline, cancellation and trace. */
export function runInContext<Result>(context: Context | Beside, task: () => Result): Result {
  return current.run(context, task);
}

/** Makes it current for what follows in this place: only for `Place`, which leaves it again. */
export function enterContext(context: Context): void {
  current.enterWith(context);
}

/** Has calls continue the spans of an app that traces with an SDK of its own. */
export function adoptTraces(current: () => TraceContext | undefined): void {
  foreignTrace = current;
}

/** A copy with other values. A deadline that is computed stays so. */
export function contextWith(context: Context, changes: Partial<Pick<Context, "trace" | "baggage">>): Context {
  const cancellation = ownCancellation(context);
  const copy = cancellation === undefined ? ({} as Context) : new LazyContext(context, cancellation);
  return Object.defineProperties(copy, {
    ...Object.getOwnPropertyDescriptors(context),
    ...Object.getOwnPropertyDescriptors(changes),
  });
}
