import type { Operation } from "../contract/operation.ts";
import { unixMs } from "../core/clock.ts";
import { type Context, cancellationOf, LazyContext } from "../core/context.ts";
import type { HttpReply } from "../core/message.ts";
import { HEADER } from "../core/wire.ts";
import type { Meter } from "../telemetry/meter.ts";
import { NO_RECORDER, type Recorder } from "../telemetry/recorder.ts";
import { sensitiveOf } from "../telemetry/redact-sensitive.ts";
import { redactTarget } from "../telemetry/redact-target.ts";
import { type Arrival, pathOf, type ServerFilter } from "./arrival.ts";
import { type ContextSource, contextIn } from "./context-in.ts";
import { isRecorded, reasonOf, type SpanOperation, serverSpan, spanOperation } from "./server-span.ts";

export interface ObserveParts {
  readonly source: ContextSource;
  readonly meter: Meter;
  /** Default: nothing is recorded. */
  readonly recorder?: Recorder | undefined;
  /** Named in every reply, so that a caller can say which instance it was. */
  readonly instance: string;
}

/**
 * Gives each request its context, counts it with its status and duration, records its span, and signs the reply. A
 * service's own paths are left out: health checks would drown what callers see.
 */
export function observe({ source, meter, recorder = NO_RECORDER, instance }: ObserveParts): ServerFilter {
  const { clock } = source.ports;
  const spanOperationOf = spanOperations();
  const count = (arrival: Arrival, context: Context, startMs: number, reply: HttpReply) => {
    const { status } = reply;
    const durationMs = clock.now() - startMs;
    const operation = operationOf(arrival);
    meter.served({ operation, status, durationMs, caller: context.caller ?? "" });
    if (!isRecorded(recorder, context, status >= 500, durationMs)) return;
    const answered = { context, startMs: unixMs(clock, startMs), durationMs, status };
    const path = shownPath(arrival);
    const span = { ...answered, path, operation: spanOperationOf(arrival), reason: reasonOf(reply) };
    recorder.span(serverSpan(span));
  };
  return (arrival, arriving, next) => {
    const { begun } = arrival;
    const startMs = begun?.startMs ?? clock.now();
    const context = begun
      ? new LazyContext(begun.context, cancellationOf(arriving))
      : contextIn(arrival.message.headers, arriving, source);
    return next(arrival, context).then((reply) => {
      if (arrival.route.kind !== "own") count(arrival, context, startMs, reply);
      return signed(reply, instance);
    });
  };
}

function signed({ status, headers, body }: HttpReply, instance: string): HttpReply {
  return { status, headers: { ...headers, [HEADER.instance]: instance }, body };
}

/** Requests for nothing are one operation: their paths are the callers' and there is no end to them. */
function operationOf({ route }: Arrival): string {
  return route.kind === "operation" ? route.operation.name : "unknown";
}

/** The path without what its operation calls sensitive. */
function shownPath({ route, message }: Arrival): string {
  const path = pathOf(message.target);
  const sensitive = route.kind === "operation" ? sensitiveOf(route.operation) : undefined;
  return sensitive ? redactTarget(path, { sensitive }) : path;
}

/** What spans say of each operation, made once. HEAD is another than the GET that answers it. */
function spanOperations(): (arrival: Arrival) => SpanOperation {
  const known = new Map<Operation, SpanOperation>();
  return ({ route, message: { method } }) => {
    if (route.kind !== "operation") return spanOperation(method, undefined, undefined);
    const { operation } = route;
    if (method !== operation.method) return spanOperation(method, operation.name, operation.path);
    const before = known.get(operation);
    if (before) return before;
    const made = spanOperation(method, operation.name, operation.path);
    known.set(operation, made);
    return made;
  };
}
