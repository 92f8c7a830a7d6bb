import type { Operation } from "../contract/operation.ts";
import { unixMs } from "../core/clock.ts";
import { type Context, cancellationOf, LazyContext } from "../core/context.ts";
import { type HttpReply, isReplayable } from "../core/message.ts";
import { HEADER } from "../core/wire.ts";
import type { FallibleBody } from "../telemetry/capture-body.ts";
import type { Meter } from "../telemetry/meter.ts";
import { NO_RECORDER, type Recorder } from "../telemetry/recorder.ts";
import { sensitiveOf } from "../telemetry/redact-sensitive.ts";
import { redactTarget } from "../telemetry/redact-target.ts";
import { STREAM_MS_MAX, streamFailure, watchEnd } from "../telemetry/stream-end.ts";
import { type Arrival, pathOf, type ServerFilter } from "./arrival.ts";
import { type ContextSource, contextIn } from "./context-in.ts";
import {
  isRecorded,
  type Reason,
  reasonOf,
  reasonOfError,
  type SpanOperation,
  serverSpan,
  spanOperation,
} from "./server-span.ts";

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
 * service's own paths are left out: health checks would drown what callers see. A reply that streams is counted when it
 * ends, with the status of what broke it off, or after half a minute as what it is by then; its span is as long as it.
 */
export function observe({ source, meter, recorder = NO_RECORDER, instance }: ObserveParts): ServerFilter {
  const { clock } = source.ports;
  const spanOperationOf = spanOperations();
  const count = ({ arrival, context, startMs }: Observed, status: number) => {
    const durationMs = clock.now() - startMs;
    meter.served({ operation: operationOf(arrival), status, durationMs, caller: context.caller ?? "" });
    return durationMs;
  };
  const record = ({ arrival, context, startMs }: Observed, status: number, durationMs: number, reason?: Reason) => {
    const answered = { context, startMs: unixMs(clock, startMs), durationMs, status };
    recorder.span(serverSpan({ ...answered, path: shownPath(arrival), operation: spanOperationOf(arrival), reason }));
  };
  const whenAnswered = (observed: Observed, reply: HttpReply): HttpReply => {
    const { status, body } = reply;
    if (!isReplayable(body)) return { ...reply, body: whenStreamed(observed, status, body) };
    const durationMs = count(observed, status);
    const isWanted = isRecorded(recorder, observed.context, status >= 500, durationMs);
    if (isWanted) record(observed, status, durationMs, reasonOf(reply));
    return reply;
  };
  const whenStreamed = (observed: Observed, status: number, stream: FallibleBody) => {
    let counted = false;
    const countOnce = () => {
      if (!counted) count(observed, status);
      counted = true;
    };
    // Who streams for hours should be seen before it ends.
    const cancel = clock.after(STREAM_MS_MAX, countOnce);
    return watchEnd(stream, (cause) => {
      cancel();
      const failure = streamFailure(stream, cause);
      // What had been counted as going well by then counts once more: counts only grow.
      if (failure) count(observed, failure.status);
      else countOnce();
      const durationMs = clock.now() - observed.startMs;
      const reason = failure && reasonOfError(failure);
      if (isRecorded(recorder, observed.context, failure !== undefined, durationMs)) {
        record(observed, status, durationMs, reason);
      }
    });
  };
  return (arrival, arriving, next) => {
    const { begun } = arrival;
    const startMs = begun?.startMs ?? clock.now();
    const context = begun
      ? new LazyContext(begun.context, cancellationOf(arriving))
      : contextIn(arrival.message.headers, arriving, source);
    return next(arrival, context).then((reply) =>
      signed(arrival.route.kind === "own" ? reply : whenAnswered({ arrival, context, startMs }, reply), instance),
    );
  };
}

/** A request, its context, and when it came by the clock. */
interface Observed {
  readonly arrival: Arrival;
  readonly context: Context;
  readonly startMs: number;
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
