import type { OperationSpec } from "../contract/operation.ts";
import type { Context } from "../core/context.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Filter, Service } from "../core/service.ts";
import type { ExchangeAttempt } from "../telemetry/records.ts";
import type { SensitiveParts } from "../telemetry/redact-sensitive.ts";
import type { CallSettings } from "./policy.ts";

/** What a caller asks for. */
export interface CallRequest {
  readonly service: string;
  /** The operation's name, or "GET /path" without a contract. */
  readonly operation: string;
  readonly request: HttpRequest;
  /** Doing it twice is the same as once. */
  readonly idempotent: boolean;
  readonly settings: CallSettings;
  /** Read the reply whole, within the attempt, so that a reply lost halfway can be retried. False: it may stream. */
  readonly replyInMemory: boolean;
  /** What its contract calls sensitive; null for nothing, undefined without a contract. */
  readonly sensitive?: SensitiveParts | null | undefined;
  /** Errors that its contract declares: to be answered with one of them is no failure of the call. */
  readonly errors?: OperationSpec["errors"] | undefined;
  /** The caller's own wish to end it, beside that of the request it is made for. */
  readonly signal: AbortSignal | undefined;
  /** Of a call that was first tried the short way: see direct/direct-way.ts. */
  readonly made?: MadeCall | undefined;
}

/** What a call has before it sets out the whole way. */
export interface MadeCall {
  readonly context: Context;
  /** When it was made, on `clock.now()`'s scale. */
  readonly startMs: number;
  /** Its first attempt, whose handler was called already; undefined when nothing was done for it. */
  readonly begun: CallService | undefined;
}

/**
 * One logical request and what has become of it so far. Filters share it; a new one for each call. A field that changes
 * has to be shared, or kept apart, by `laneOf` too.
 */
export interface Call extends CallRequest {
  /**
   * When it last set out, on `clock.now()`'s scale: when it began, or when its last wait was over. What is done for it
   * before the next wait is done at that time: a look at the clock for each filter would cost as much as two of them.
   */
  atMs: number;
  /** Ids of the instances it was handed to; as many as attempts at most. */
  readonly tried: Set<string>;
  /** Attempts begun. */
  attempts: number;
  /** Those of them that provably never reached an instance. */
  unsent: number;
  /** The last instance it was handed to; "" before the first. */
  instance: string;
  /** When it first found no instance to go to, on `clock.now()`'s scale. */
  waitStartMs: number | undefined;
  /** What became of its attempts, with `afterMs` on `clock.now()`'s scale; empty while nothing is recorded. */
  readonly trail: ExchangeAttempt[];
  /** Why no further attempt was made; "" while that is open. */
  verdict: string;
  /** The time it had from its beginning to its deadline, its own or an inherited one, in ms; 0 before it begins. */
  deadlineMs: number;
  /** The time it took, in ms; 0 until it has ended. */
  elapsedMs: number;
  /** It is the second of two requests in flight for the same call. */
  readonly isHedge: boolean;
  /** The other of two requests has answered: what still happens to this one is of no interest to the caller. */
  superseded: boolean;
  /** The last fault that was injected into it, and into which of its attempts; undefined for none. */
  fault: { readonly attempt: number; readonly what: string } | undefined;
  /** Its reply is a copy of the one that an identical call got. */
  coalesced: boolean;
}

export function newCall(request: CallRequest): Call {
  return {
    // field by field: a spread followed by other fields costs several times as much, and each call makes one
    service: request.service,
    operation: request.operation,
    request: request.request,
    idempotent: request.idempotent,
    settings: request.settings,
    replyInMemory: request.replyInMemory,
    sensitive: request.sensitive,
    errors: request.errors,
    signal: request.signal,
    made: request.made,
    atMs: 0,
    tried: new Set(),
    attempts: 0,
    unsent: 0,
    instance: "",
    waitStartMs: undefined,
    trail: [],
    verdict: "",
    deadlineMs: 0,
    elapsedMs: 0,
    isHedge: false,
    superseded: false,
    fault: undefined,
    coalesced: false,
  };
}

/**
 * The same call, as one of two requests in flight for it sees it: what was tried, counted and noted is the call's; the
 * instance it went to, and whether it still matters, are its own.
 */
export function laneOf(call: Call, isHedge: boolean): Call {
  let instance = "";
  return {
    ...call,
    isHedge,
    superseded: false,
    get attempts() {
      return call.attempts;
    },
    set attempts(count) {
      call.attempts = count;
    },
    get unsent() {
      return call.unsent;
    },
    set unsent(count) {
      call.unsent = count;
    },
    get waitStartMs() {
      return call.waitStartMs;
    },
    set waitStartMs(ms) {
      call.waitStartMs = ms;
    },
    get fault() {
      return call.fault;
    },
    set fault(fault) {
      call.fault = fault;
    },
    get instance() {
      return instance;
    },
    set instance(id) {
      instance = id;
      if (!this.superseded) call.instance = id;
    },
  };
}

/** Attempts that may have reached an instance: those that count towards `attemptsMax`. */
export function attemptsSent(call: Call): number {
  return call.attempts - call.unsent;
}

/** "quotes.getQuote", for messages. */
export function nameOf({ service, operation }: Pick<CallRequest, "service" | "operation">): string {
  return `${service}.${operation}`;
}

/** The operation's name; without a contract the method alone, for there is no end to paths. */
export function operationOf({ operation, request }: Pick<CallRequest, "operation" | "request">): string {
  return operation.includes(" ") ? request.method : operation;
}

export type CallService = Service<Call, Outcome<HttpReply>>;
export type CallFilter = Filter<Call, Outcome<HttpReply>>;
