import { unixMs } from "../core/clock.ts";
import type { Context } from "../core/context.ts";
import { messageOf } from "../core/errors.ts";
import { type HttpReply, isReplayable } from "../core/message.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Ports } from "../core/service.ts";
import { SAMPLED } from "../core/trace-context.ts";
import { BodyTap, type RawBody, tapStream, wholeBody } from "../telemetry/capture-body.ts";
import { isKept, rememberSensitive } from "../telemetry/exchange.ts";
import { pendingExchange } from "../telemetry/pending-exchange.ts";
import type { Recorder } from "../telemetry/recorder.ts";
import { tellOnce } from "../telemetry/stream-end.ts";
import type { Call, CallRequest } from "./call.ts";
import { createSensitiveMemory } from "./sensitive-memory.ts";

/** A call that has its outcome. */
interface Done {
  readonly call: Call;
  readonly context: Context;
  readonly outcome: Outcome<HttpReply>;
  /** On `clock.now()`'s scale. */
  readonly startMs: number;
}

/** Records the whole calls to one service: one exchange each, whatever became of it and however many attempts it took. */
export interface ExchangeRecorder {
  /** Watches a request body that streams; any other is remembered as it is. */
  readonly watch: (request: CallRequest) => CallRequest;
  /** Returns the outcome to hand on: a reply that streams is watched, and recorded when it ends. */
  readonly done: (done: Done) => Outcome<HttpReply>;
}

export function createExchangeRecorder(recorder: Recorder, ports: Ports): ExchangeRecorder {
  const { clock, random } = ports;
  const memory = createSensitiveMemory();
  const taps = new WeakMap<object, BodyTap>();

  const record = ({ call, context, outcome, startMs }: Done, replyBody: RawBody, error: string) => {
    const { request, service, operation } = call;
    const { reply } = outcome;
    const durationMs = clock.now() - startMs;
    const known = memory.of(call, reply);
    const kept = isKept(recorder, context.trace, { status: reply?.status ?? 0, error, durationMs });
    if (!kept && !known.parts) return;
    const body = requestBody(request.body, taps);
    const raw = {
      side: "client",
      trace: context.trace,
      peer: service,
      external: false,
      operation,
      method: request.method,
      origin: `http://${service}.service`,
      target: request.target,
      status: reply?.status ?? 0,
      startMs: unixMs(clock, startMs),
      durationMs,
      error,
      attempts: call.trail.map((attempt) => ({ ...attempt, afterMs: Math.max(0, attempt.afterMs - startMs) })),
      // who never answered did not say which of its fields are sensitive
      request: { headers: request.headers, body: known.sure ? body : { ...body, chunks: [], ended: false } },
      reply: reply === undefined ? null : { headers: reply.headers, body: replyBody },
      sensitive: known.parts,
    } as const;
    rememberSensitive(raw);
    if (kept) recorder.exchange(pendingExchange(raw, random));
  };

  return {
    watch(given) {
      const { body } = given.request;
      if (isReplayable(body)) return given;
      const tap = new BodyTap();
      const watched = tapStream(body, tap, () => {});
      taps.set(watched, tap);
      return { ...given, request: { ...given.request, body: watched } };
    },
    done(done) {
      if (isOfNoInterest(done, recorder)) return done.outcome;
      const { outcome } = done;
      const { reply } = outcome;
      const error = outcome.ok || reply !== undefined ? "" : `${outcome.error.code}: ${outcome.error.message}`;
      if (reply === undefined || isReplayable(reply.body)) {
        record(done, wholeBody(reply?.body as Uint8Array | undefined), error);
        return outcome;
      }
      const tap = new BodyTap();
      const end = (cause?: unknown) => record(done, tap, cause === undefined ? "" : lost(cause));
      const body = tellOnce({ clock, body: reply.body, tap, onEnd: end, onLong: () => end() });
      return { ...outcome, reply: { ...reply, body } } as Outcome<HttpReply>;
    },
  };
}

/** Nearly all calls in production: not sampled, answered well and in time, and with nothing to remember of them. */
function isOfNoInterest({ call, context, outcome }: Done, { slowMs }: Recorder): boolean {
  if (!outcome.ok || call.sensitive !== null || call.elapsedMs >= slowMs) return false;
  const { status, body } = outcome.reply;
  return (context.trace.flags & SAMPLED) === 0 && status > 0 && status < 500 && isReplayable(body);
}

/** An attempt that has its outcome; `call` may be at another instance by now. */
interface AttemptDone extends Omit<Done, "context"> {
  readonly instance: string;
}

/** Notes what became of an attempt, for the exchange of its call; one that was superseded has been noted as such. */
export function noteAttempt({ call, instance, outcome, startMs }: AttemptDone, nowMs: number): void {
  if (call.superseded) return;
  call.trail.push({
    instance,
    afterMs: startMs,
    durationMs: nowMs - startMs,
    status: outcome.reply?.status ?? 0,
    error: outcome.ok ? "" : outcome.error.code,
  });
}

function requestBody(body: unknown, taps: WeakMap<object, BodyTap>): RawBody {
  const tap = typeof body === "object" && body !== null ? taps.get(body) : undefined;
  return tap ?? wholeBody(body as Uint8Array | undefined);
}

function lost(cause: unknown): string {
  return `CONNECTION_LOST: the reply broke off: ${messageOf(cause)}`;
}
