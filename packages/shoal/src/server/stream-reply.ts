import { itemEvent, namedEvent } from "../contract/event-stream.ts";
import { type ItemCodec, itemCodecOf } from "../contract/item-codec.ts";
import type { Operation } from "../contract/operation.ts";
import { problemOf } from "../contract/problem.ts";
import { EVENT_STREAM, STREAM_EVENT } from "../contract/stream-names.ts";
import type { Clock } from "../core/clock.ts";
import { type Context, runInContext } from "../core/context.ts";
import { type ShoalError, shoalError } from "../core/errors.ts";
import type { HttpReply } from "../core/message.ts";
import { HEADER } from "../core/wire.ts";
import type { Arrival } from "./arrival.ts";
import { answerToThrown, logThrown } from "./handler-errors.ts";
import type { Items } from "./items.ts";
import type { OpenStreams } from "./open-streams.ts";
import type { ServeOptions } from "./options.ts";
import { nack, refusal } from "./refusal.ts";
import { type Step, StreamBody } from "./stream-body.ts";

/** What the streams of a service share. */
export interface StreamReplyParts {
  readonly clock: Pick<Clock, "after">;
  readonly open: OpenStreams;
  readonly options: Pick<ServeOptions, "streamHeartbeatMs" | "streamUnreadMs" | "hungMs">;
}

/** A streamed operation, ready to be answered. */
export interface StreamCall {
  readonly operation: Operation;
  /** Calls the handler. */
  readonly call: (context: Context) => Promise<Items>;
}

/** Proxies are told to pass each event on as it comes: nginx would gather them. */
const STREAM_HEADERS = Object.freeze({
  [HEADER.contentType]: EVENT_STREAM,
  "cache-control": "no-store",
  "x-accel-buffering": "no",
});

/**
 * Calls a handler that returns items and answers with a stream of events. The head waits for the first item, so that what
 * fails before it is answered, and tried again by the caller, as in any operation. So long the request's deadline holds;
 * from then on there is none, neither for the handler nor for the calls that it makes.
 */
export async function streamReply(
  { clock, open, options }: StreamReplyParts,
  { operation, call }: StreamCall,
  { progress }: Arrival,
  request: Context,
): Promise<HttpReply> {
  const { service } = operation;
  const place = open.enter();
  if (!place) return nack("retryable", "OVERLOADED", service, `${service} sends as many streams as it may`);
  const scope = streamScope(request);
  const { context } = scope;
  let items: Items = NO_ITEMS;
  const make = makerOf(operation, context);
  const first = await make(async () => {
    items = await runInContext(context, () => call(context));
    return items.next();
  });
  const onEndFailed = (cause: unknown) =>
    logThrown(context, `${operation.name} failed at the end of its stream`, cause);
  if (first.kind === "failed" || context.signal.aborted) {
    const failed = first.kind === "failed" ? first : { error: gone(), decided: false };
    if (failed.decided) progress.stage = "decided";
    scope.over(failed.error);
    await items.end().catch(onEndFailed);
    place.leave();
    return refusal(failed.error, service);
  }
  progress.stage = "decided";
  scope.begin();
  let sent = 0;
  const stepOf = (made: Made): Step => {
    if (made.kind === "item") sent += 1;
    return stepFor(made, sent, service);
  };
  const body = new StreamBody({
    clock,
    first: stepOf(first),
    items,
    step: async () => stepOf(await make(items.next)),
    lastEvent: (why) => problemEvent(why, service),
    onOver: scope.over,
    onEndFailed,
    onHung: () => runInContext(context, () => context.log.error(`${service}.${operation.name} ${HUNG}`)),
    onFinished() {
      scope.close();
      place.leave();
    },
    heartbeatMs: options.streamHeartbeatMs,
    unreadMs: options.streamUnreadMs,
    hungMs: options.hungMs,
  });
  scope.watch(() => body.cancel(gone()));
  place.opened(body);
  return { status: operation.status, headers: STREAM_HEADERS, body };
}

const HUNG = "went on long after its stream was over and is taken for hung; it is not counted any more";
const NO_ITEMS: Items = Object.freeze({ next: async () => ({ done: true, value: undefined }), end: async () => {} });

/** What a handler made of its next item. */
type Made =
  | { readonly kind: "item"; readonly json: string }
  | { readonly kind: "end" }
  /** `ended`: it threw, so it has come to its end. */
  | { readonly kind: "failed"; readonly error: ShoalError; readonly decided: boolean; readonly ended: boolean };

const codecs = new WeakMap<Operation, ItemCodec>();

/** Takes a handler's next item and encodes it. Never rejects: what is thrown is explained, and logged, as in any handler. */
function makerOf(operation: Operation, context: Context) {
  const codec = codecs.get(operation) ?? itemCodecOf(operation);
  codecs.set(operation, codec);
  const failed = async (thrown: unknown): Promise<Made> => {
    const { error, decided, logged } = await answerToThrown(thrown, operation, context);
    if (logged !== undefined) logThrown(context, logged, thrown);
    return { kind: "failed", error, decided, ended: true };
  };
  return async (next: () => Promise<IteratorResult<unknown>>): Promise<Made> => {
    try {
      const result = await next();
      if (result.done === true) return { kind: "end" };
      const encoded = await codec.encode(result.value);
      if (encoded.ok) return { kind: "item", json: encoded.value };
      logThrown(context, encoded.error.message, encoded.error.details);
      return { kind: "failed", error: encoded.error, decided: false, ended: false };
    } catch (thrown) {
      return failed(thrown);
    }
  };
}

function stepFor(made: Made, sent: number, service: string): Step {
  switch (made.kind) {
    case "item":
      return { event: itemEvent(made.json), isLast: false };
    case "end":
      return { event: namedEvent(STREAM_EVENT.end, JSON.stringify({ items: sent })), isLast: true };
    case "failed": {
      const { error, ended } = made;
      return { event: problemEvent(error, service), isLast: true, why: ended ? undefined : error, error };
    }
    default:
      return made satisfies never;
  }
}

function problemEvent(error: ShoalError, service: string): Uint8Array {
  return namedEvent(STREAM_EVENT.problem, JSON.stringify(problemOf(error, service)));
}

function gone(): ShoalError {
  return shoalError("CANCELLED", { message: "the caller has gone" });
}

/** The context of a handler that streams: it outlives the request's deadline, and is over when its stream is. */
function streamScope(request: Context) {
  const controller = new AbortController();
  const { signal } = request;
  let hasBegun = false;
  let onGone = () => controller.abort(signal.reason);
  const listener = () => onGone();
  if (signal.aborted) onGone();
  else signal.addEventListener("abort", listener, { once: true });
  const context: Context = {
    ...request,
    signal: controller.signal,
    get deadlineMs() {
      return hasBegun ? Number.POSITIVE_INFINITY : request.deadlineMs;
    },
  };
  return {
    context,
    /** The first item is there. */
    begin() {
      hasBegun = true;
    },
    /** From now on the caller's leaving is told to `stream`. */
    watch(stream: () => void) {
      onGone = stream;
    },
    over(why: ShoalError) {
      controller.abort(why);
    },
    close: () => signal.removeEventListener("abort", listener),
  };
}
