import { baggageOf } from "../core/baggage.ts";
import { type Context, cancellationOf, LazyContext } from "../core/context.ts";
import { criticalityIn } from "../core/criticality.ts";
import type { Log } from "../core/log.ts";
import type { Headers } from "../core/message.ts";
import { isName } from "../core/names.ts";
import type { Ports } from "../core/service.ts";
import { childTrace, newTrace, parseTrace } from "../core/trace-context.ts";
import { HEADER } from "../core/wire.ts";
import { openTelemetry } from "../telemetry/open-telemetry/notice.ts";

export interface ContextSource {
  readonly ports: Ports;
  /** Of this instance: a request runs where its handler runs, whatever realm its caller is in. */
  readonly realm: string;
  readonly log: Log;
  /** Longest time a request may take, in ms. */
  readonly handlerMs: number;
  /** Decides whether a trace that begins here is recorded. Default: it is, as far as others record. */
  readonly sampleNewTrace?: (() => boolean) | undefined;
}

const ATTEMPT = /^[1-9][0-9]{0,5}$/;

/**
 * The context of a request, from its headers. What is absent or not valid counts as not said: a caller's mistake in
 * a header about the request must not fail the request.
 * @param arriving From the transport: its signal, and a deadline if it has one.
 */
export function contextIn(headers: Headers, arriving: Context, source: ContextSource): Context {
  openTelemetry.join?.();
  const { clock, random } = source.ports;
  const { sampleNewTrace } = source;
  const parent = parseTrace(headers[HEADER.traceparent], headers[HEADER.tracestate]);
  const remainingMs = Math.min(remainingIn(headers[HEADER.deadline]), source.handlerMs);
  const baggage = headers[HEADER.baggage] ?? "";
  const caller = headers[HEADER.caller] ?? "";
  const attempt = headers[HEADER.attempt] ?? "";
  const values = {
    deadlineMs: Math.min(arriving.deadlineMs, clock.now() + remainingMs),
    trace: parent ? childTrace(parent, random) : newTrace(random, sampleNewTrace?.() ?? true),
    baggage: baggage === "" ? "" : baggageOf(baggage),
    caller: isName(caller) ? caller : undefined,
    realm: source.realm,
    criticality: criticalityIn(headers[HEADER.criticality]),
    attempt: ATTEMPT.test(attempt) ? Number(attempt) : 1,
    log: source.log,
  };
  return new LazyContext(values, cancellationOf(arriving));
}

/** `x-deadline-ms` is the time that remains, in ms, so that clocks need not agree. */
function remainingIn(header: string | undefined): number {
  const remainingMs = header === undefined || header.trim() === "" ? Number.NaN : Number(header);
  return Number.isNaN(remainingMs) ? Number.POSITIVE_INFINITY : remainingMs;
}
