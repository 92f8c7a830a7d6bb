import { unixMs } from "../core/clock.ts";
import { type Context, endOf } from "../core/context.ts";
import { messageOf } from "../core/errors.ts";
import { type HttpReply, isReplayable, type ReplyHeaders } from "../core/message.ts";
import type { Ports } from "../core/service.ts";
import type { TraceContext } from "../core/trace-context.ts";
import { HEADER } from "../core/wire.ts";
import { BodyTap, NO_BODY, type RawBody, unreadBody, wholeBody } from "../telemetry/capture-body.ts";
import { isKept, rememberSensitive } from "../telemetry/exchange.ts";
import { pendingExchange } from "../telemetry/pending-exchange.ts";
import type { Recorder } from "../telemetry/recorder.ts";
import { sensitiveHeader, sensitiveOf } from "../telemetry/redact-sensitive.ts";
import { streamFailure, tellOnce } from "../telemetry/stream-end.ts";
import { type Arrival, pathOf, type ServerFilter } from "./arrival.ts";
import { reasonOfError } from "./server-span.ts";

export interface RecordExchangeParts {
  readonly service: string;
  readonly ports: Ports;
  /** Undefined: nothing is recorded. */
  readonly recorder: Recorder | undefined;
}

/** What a filter of this kind saw of one request. */
interface Seen {
  readonly arrival: Arrival;
  readonly trace: TraceContext;
  readonly caller: string;
  readonly startMs: number;
}

/**
 * Records what came in and what goes out, refusals and problem documents included, and tells callers which fields
 * of an operation are sensitive. A service's own paths are not recorded. Bodies are not copied: what the stack has in
 * memory is remembered, and a stream is watched as it passes.
 */
export function recordExchange(parts: RecordExchangeParts): ServerFilter {
  const { ports, recorder } = parts;
  return (arrival, context, next) => {
    if (arrival.route.kind === "own") return next(arrival, context);
    if (!recorder) return next(arrival, context).then((reply) => withSensitive(reply, arrival));
    const asked = { arrival, context, startMs: arrival.begun?.startMs ?? ports.clock.now() };
    return next(arrival, context).then((reply) => whenAnswered(parts, recorder, asked, withSensitive(reply, arrival)));
  };
}

interface Asked {
  readonly arrival: Arrival;
  readonly context: Context;
  readonly startMs: number;
}

function whenAnswered(
  parts: RecordExchangeParts,
  recorder: Recorder,
  { arrival, context, startMs }: Asked,
  reply: HttpReply,
): HttpReply {
  const { aborted, reason } = endOf(context);
  const gone = aborted ? `CANCELLED: ${messageOf(reason)}` : "";
  // Where few traces are sampled, this is all that nearly every request costs.
  const ended = { status: reply.status, error: gone, durationMs: parts.ports.clock.now() - startMs };
  if (isReplayable(reply.body) && !isKept(recorder, context.trace, ended) && !hasSensitive(arrival)) return reply;
  const seen = { arrival, trace: context.trace, caller: context.caller ?? "", startMs };
  if (!isReplayable(reply.body)) return whenStreamed(parts, recorder, seen, { ...reply, body: reply.body });
  const body = arrival.message.method === "HEAD" ? NO_BODY : wholeBody(reply.body);
  record(parts, recorder, seen, { status: reply.status, headers: reply.headers, body, error: gone });
  return reply;
}

function withSensitive(reply: HttpReply, { route }: Arrival): HttpReply {
  const header = route.kind === "operation" ? sensitiveHeader(route.operation) : undefined;
  return header === undefined ? reply : { ...reply, headers: { ...reply.headers, [HEADER.sensitive]: header } };
}

/** Sensitive values are remembered, whether their exchange is kept or not. */
function hasSensitive({ route }: Arrival): boolean {
  return route.kind === "operation" && sensitiveOf(route.operation) !== undefined;
}

interface Sent {
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly body: RawBody;
  readonly error: string;
}

function whenStreamed(
  parts: RecordExchangeParts,
  recorder: Recorder,
  seen: Seen,
  reply: HttpReply & { readonly body: AsyncIterable<Uint8Array> },
): HttpReply {
  const { status, headers } = reply;
  const tap = new BodyTap();
  const end = (error: string) => record(parts, recorder, seen, { status, headers, body: tap, error });
  const onEnd = (cause: unknown) => {
    const failure = streamFailure(reply.body, cause);
    if (failure) end(reasonOfError(failure).message);
    else end(tap.ended ? "" : "CANCELLED: the caller has gone");
  };
  const body = tellOnce({ clock: parts.ports.clock, body: reply.body, tap, onEnd, onLong: () => end("") });
  return { status, headers, body };
}

function record({ service, ports }: RecordExchangeParts, recorder: Recorder, seen: Seen, sent: Sent): void {
  const { arrival, trace, caller, startMs } = seen;
  const { status, headers, body, error } = sent;
  const durationMs = ports.clock.now() - startMs;
  const { route, message } = arrival;
  const operation = route.kind === "operation" ? route.operation : undefined;
  const sensitive = operation && sensitiveOf(operation);
  const kept = isKept(recorder, trace, { status, error, durationMs });
  if (!kept && !sensitive) return;
  const raw = {
    side: "server",
    trace,
    peer: caller,
    external: false,
    operation: operation?.name ?? `${message.method} ${pathOf(message.target)}`,
    method: message.method,
    origin: `http://${service}.service`,
    target: message.target,
    status,
    startMs: unixMs(ports.clock, startMs),
    durationMs,
    error,
    attempts: [],
    request: { headers: message.headers, body: requestBody(arrival) },
    reply: { headers, body },
    sensitive,
  } as const;
  rememberSensitive(raw);
  if (kept) recorder.exchange(pendingExchange(raw, ports.random));
}

/** What the stack read of it; of a body that was refused unread there is only the length. */
function requestBody({ message, progress }: Arrival): RawBody {
  if (progress.body) return wholeBody(progress.body);
  return isReplayable(message.body) ? wholeBody(message.body) : unreadBody(message.headers[HEADER.contentLength]);
}
