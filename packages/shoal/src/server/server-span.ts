import type { Context } from "../core/context.ts";
import type { ShoalError } from "../core/errors.ts";
import { type HttpReply, headerOf } from "../core/message.ts";
import { SAMPLED } from "../core/trace-context.ts";
import { HEADER, PROBLEM_JSON } from "../core/wire.ts";
import type { Recorder } from "../telemetry/recorder.ts";
import type { Attributes, Span, SpanEvent } from "../telemetry/records.ts";
import { AT_END, extrasOf, type SpanExtras } from "../telemetry/span-extras.ts";

/** A request that was answered. */
export interface Answered {
  readonly context: Context;
  /** Unix ms with fractions. */
  readonly startMs: number;
  readonly durationMs: number;
  /** What its operation says about each of its requests; see `operationAttributes`. */
  readonly operation: SpanOperation;
  /** Without the query, which may hold secrets. */
  readonly path: string;
  readonly status: number;
  /** Why it failed, if it did. */
  readonly reason: Reason | undefined;
}

/** What all requests of an operation have in common; made once. */
export interface SpanOperation {
  readonly name: string;
  readonly attributes: Attributes;
}

/** Why a request failed: a stable word and a sentence. */
export interface Reason {
  readonly type: string;
  readonly message: string;
  readonly nack: string;
}

const NO_EVENTS: readonly SpanEvent[] = Object.freeze([]);
const NO_LINKS: Span["links"] = Object.freeze([]);

/**
 * True for a request that is recorded: its trace is sampled, or it failed or was slow, which is known only now.
 * Between the two stands a whole trace, or just this part of it.
 */
export function isRecorded(recorder: Recorder, { trace }: Context, failed: boolean, durationMs: number): boolean {
  return recorder.enabled && ((trace.flags & SAMPLED) !== 0 || failed || durationMs >= recorder.slowMs);
}

/**
 * The span of a served request, in the words of OpenTelemetry's HTTP conventions.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
 */
export function serverSpan({ context, startMs, durationMs, operation, path, status, reason }: Answered): Span {
  const { trace, caller, attempt } = context;
  const attributes: Record<string, string | number> = { ...(operation.attributes as Record<string, string>) };
  attributes["url.path"] = path;
  if (status !== 0) attributes["http.response.status_code"] = status;
  if (caller !== undefined) attributes["shoal.caller"] = caller;
  if (attempt > 1) attributes["shoal.attempt"] = attempt;
  if (reason !== undefined) {
    attributes["error.type"] = reason.type;
    if (reason.nack !== "") attributes["shoal.nack"] = reason.nack;
  }
  const span: Span = {
    traceId: trace.traceId,
    spanId: trace.spanId,
    parentSpanId: trace.parentSpanId ?? "",
    name: operation.name,
    kind: "server",
    startMs,
    durationMs,
    status: reason === undefined ? "unset" : "error",
    statusMessage: reason?.message ?? "",
    attributes,
    events: NO_EVENTS,
    links: NO_LINKS,
    scope: "shoal",
  };
  const extras = extrasOf(trace);
  return extras === undefined ? span : withExtras(span, extras);
}

/** What the handler said of its span comes on top; what it says of the name or the status counts. */
function withExtras(span: Span, { name, status, statusMessage, attributes, events, links }: SpanExtras): Span {
  const endMs = span.startMs + span.durationMs;
  return {
    ...span,
    name: name ?? span.name,
    ...(status === "unset" ? {} : { status, statusMessage }),
    attributes: { ...span.attributes, ...attributes },
    events: events.map((event) => (event.timeMs === AT_END ? { ...event, timeMs: endMs } : event)),
    links,
  };
}

/**
 * @param route The path with its parameters as names, such as "/quotes/:id"; undefined when there is none, and then
 *   neither the span's name nor its attributes hold a part of the path: there would be no end to them.
 */
export function spanOperation(method: string, operation: string | undefined, route: string | undefined): SpanOperation {
  return {
    name: route === undefined ? method : `${method} ${route}`,
    attributes: {
      "http.request.method": method,
      "url.scheme": "http",
      ...(route === undefined ? {} : { "http.route": route }),
      ...(operation === undefined ? {} : { "shoal.operation": operation }),
    },
  };
}

/** Why a reply is a failure of the server: its problem document's code and detail, or its status; undefined below 500. */
export function reasonOf({ status, headers, body }: HttpReply): Reason | undefined {
  if (status < 500) return undefined;
  const nack = headerOf(headers, HEADER.nack) ?? "";
  const problem = headerOf(headers, HEADER.contentType) === PROBLEM_JSON && body instanceof Uint8Array;
  const { code, detail } = problem ? readProblem(body) : {};
  return { type: code ?? String(status), message: code === undefined ? "" : `${code}: ${detail ?? ""}`, nack };
}

/** What broke a stream off, as the problem document would have said it. */
export function reasonOfError({ code, message }: ShoalError): Reason {
  return { type: code, message: message.replace(/^\[([^\]]*)\]/, "$1:"), nack: "" };
}

/** Our own document, or the handler's: whatever it is, telemetry must not fail the reply. */
function readProblem(body: Uint8Array): { readonly code?: string; readonly detail?: string } {
  try {
    const { code, detail } = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>;
    return typeof code === "string" ? { code, detail: typeof detail === "string" ? detail : "" } : {};
  } catch {
    return {};
  }
}
