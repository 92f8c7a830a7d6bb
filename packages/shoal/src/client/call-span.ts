import { errorStatus } from "../contract/operation.ts";
import { type Clock, type Random, unixMs } from "../core/clock.ts";
import type { Context } from "../core/context.ts";
import type { ShoalError } from "../core/errors.ts";
import { type HttpReply, headerOf, isReplayable } from "../core/message.ts";
import type { Failure, Outcome } from "../core/outcome.ts";
import { randomHex, SAMPLED } from "../core/trace-context.ts";
import { HEADER } from "../core/wire.ts";
import type { Recorder } from "../telemetry/recorder.ts";
import type { Span, SpanEvent } from "../telemetry/records.ts";
import { parseSensitiveHeader } from "../telemetry/redact-sensitive.ts";
import { redactTarget } from "../telemetry/redact-target.ts";
import { streamFailure, tellOnce } from "../telemetry/stream-end.ts";
import { type Call, operationOf } from "./call.ts";

/** Something done for a call, from its start to its end, on `clock.now()`'s scale. */
interface Done {
  readonly call: Call;
  readonly context: Context;
  readonly outcome: Outcome<HttpReply>;
  readonly startMs: number;
}

/** An attempt; its call may be at another instance by now. */
interface AttemptDone extends Done {
  readonly instance: string;
}

const NO_EVENTS: readonly SpanEvent[] = Object.freeze([]);
const NO_LINKS: Span["links"] = Object.freeze([]);
/** Of an attempt that was given up because another was faster: no error. */
const NOT_AWAITED = Object.freeze({ status: "unset", statusMessage: "" } as const);

/**
 * Records a call's span when its trace is sampled, when it failed, needed several attempts, or was slow.
 * @returns The outcome to hand on: the span of a reply that streams lasts until it has been read, or for half a minute.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
 */
export function recordCall(recorder: Recorder, clock: Clock, done: Done): Outcome<HttpReply> {
  const { outcome, startMs } = done;
  const { reply } = outcome;
  if (reply === undefined || isReplayable(reply.body)) {
    recordWhole(recorder, clock, done);
    return outcome;
  }
  const stream = reply.body;
  const end = (broken?: ShoalError) =>
    recordWhole(recorder, clock, done, { durationMs: clock.now() - startMs, broken });
  const onEnd = (cause: unknown) => end(streamFailure(stream, cause));
  const body = tellOnce({ clock, body: stream, onEnd, onLong: () => end() });
  return { ...outcome, reply: { ...reply, body } } as Outcome<HttpReply>;
}

/** How a reply that streamed ended. */
interface StreamEnd {
  readonly durationMs: number;
  readonly broken: ShoalError | undefined;
}

/** @param end Of a call whose reply came whole: with the reply. */
function recordWhole(recorder: Recorder, clock: Clock, done: Done, end?: StreamEnd): void {
  const { call, context, outcome, startMs } = done;
  const { trace } = context;
  const durationMs = end?.durationMs ?? call.elapsedMs;
  const broken = end?.broken;
  const isKept = !outcome.ok || broken !== undefined || call.attempts > 1 || durationMs >= recorder.slowMs;
  if ((trace.flags & SAMPLED) === 0 && !isKept) return;
  const attributes = attributesOf(call, outcome);
  if (call.attempts > 1) attributes["http.request.resend_count"] = call.attempts - 1;
  if (call.coalesced) attributes["shoal.coalesced"] = true;
  if (call.fault) attributes["shoal.fault"] = call.fault.what;
  if (broken !== undefined) attributes["error.type"] = broken.code;
  recorder.span({
    traceId: trace.traceId,
    spanId: trace.spanId,
    parentSpanId: trace.parentSpanId ?? "",
    name: `${call.service}.${operationOf(call)}`,
    kind: "client",
    startMs: unixMs(clock, startMs),
    durationMs,
    ...(broken ? { status: "error", statusMessage: broken.message } : statusOf(call, outcome, call.verdict)),
    attributes,
    events: NO_EVENTS,
    links: NO_LINKS,
    scope: "shoal",
  });
}

/**
 * Records an attempt's span, below its call's, when it failed or was not the first. The first attempt of a call goes
 * out under the call's own span: most calls have no other, and one span then says it all. When it fails, the span made
 * here has an id that nobody was told.
 */
export function recordAttempt(
  recorder: Recorder,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  { call, instance, context, outcome, startMs }: AttemptDone,
): void {
  const { trace, attempt } = context;
  if (outcome.ok && (attempt === 1 || (trace.flags & SAMPLED) === 0)) return;
  const isFirst = attempt === 1;
  const attributes = attributesOf(call, outcome, instance);
  attributes["shoal.attempt"] = attempt;
  if (call.superseded) attributes["shoal.superseded"] = true;
  if (call.isHedge) attributes["shoal.hedge"] = true;
  if (call.fault?.attempt === attempt) attributes["shoal.fault"] = call.fault.what;
  recorder.span({
    traceId: trace.traceId,
    spanId: isFirst ? randomHex(random, 2) : trace.spanId,
    parentSpanId: (isFirst ? trace.spanId : trace.parentSpanId) ?? "",
    name: `${call.service}.${operationOf(call)} attempt ${attempt}`,
    kind: "client",
    startMs: unixMs(clock, startMs),
    durationMs: clock.now() - startMs,
    ...(call.superseded ? NOT_AWAITED : statusOf(call, outcome, "")),
    attributes,
    events: NO_EVENTS,
    links: NO_LINKS,
    scope: "shoal",
  });
}

function attributesOf(
  call: Call,
  outcome: Outcome<HttpReply>,
  instance = call.instance,
): Record<string, string | number | boolean> {
  const { service, request } = call;
  const { reply } = outcome;
  const attributes: Record<string, string | number | boolean> = {
    "http.request.method": request.method,
    "server.address": `${service}.service`,
    "url.full": `http://${service}.service${shownPath(call, outcome)}`,
    "shoal.callee": service,
    "shoal.operation": operationOf(call),
  };
  if (instance !== "") attributes["shoal.instance"] = instance;
  if (reply !== undefined) attributes["http.response.status_code"] = reply.status;
  const type = errorTypeOf(outcome);
  if (type !== "") attributes["error.type"] = type;
  const nack = reply === undefined ? undefined : headerOf(reply.headers, HEADER.nack);
  if (nack !== undefined) attributes["shoal.nack"] = nack;
  return attributes;
}

/** Without what its contract, or the service's reply, calls sensitive. */
function shownPath({ request, sensitive }: Call, { reply }: Outcome<HttpReply>): string {
  const path = withoutQuery(request.target);
  const told = sensitive ?? (reply && parseSensitiveHeader(headerOf(reply.headers, HEADER.sensitive)));
  return told ? redactTarget(path, { sensitive: told }) : path;
}

/** Messages name a call without a contract by its path. */
function shownMessage(call: Call, outcome: Failure<HttpReply>): string {
  return outcome.error.message.replaceAll(withoutQuery(call.request.target), () => shownPath(call, outcome));
}

/** A query may hold secrets; the exchange has it, with those replaced. */
function withoutQuery(target: string): string {
  const mark = target.indexOf("?");
  return mark < 0 ? target : target.slice(0, mark);
}

function errorTypeOf(outcome: Outcome<HttpReply>): string {
  if (!outcome.ok) return outcome.reply === undefined ? outcome.error.code : String(outcome.reply.status);
  return outcome.reply.status >= 400 ? String(outcome.reply.status) : "";
}

/**
 * The conventions call a 4xx an error of the client's span, unless one knows better: what the contract declares is an
 * answer like any other, such as "no such quote", and would hide the real errors.
 */
function isExpected({ errors = {} }: Call, status: number): boolean {
  return status < 400 || (status < 500 && Object.values(errors).some((error) => errorStatus(error) === status));
}

function statusOf(call: Call, outcome: Outcome<HttpReply>, verdict: string): Pick<Span, "status" | "statusMessage"> {
  if (outcome.ok) return { status: isExpected(call, outcome.reply.status) ? "unset" : "error", statusMessage: "" };
  const why = verdict === "" ? "" : `; not tried again: ${verdict}`;
  return { status: "error", statusMessage: `${shownMessage(call, outcome)}${why}` };
}
