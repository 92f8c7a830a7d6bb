import { type CancelListener, CancelSource } from "../core/cancellation.ts";
import type { Clock } from "../core/clock.ts";
import { cancellationOf, endOf, LazyContext } from "../core/context.ts";
import { shoalError } from "../core/errors.ts";
import { type HttpReply, isReplayable } from "../core/message.ts";
import { type TimeLimited, TimeLimits } from "../core/time-limits.ts";
import type { ResilienceMeter } from "../telemetry/resilience.ts";
import type { Arrival, ServerFilter } from "./arrival.ts";
import { nack, refusal } from "./refusal.ts";

/**
 * Answers when the deadline has passed or the caller has gone, whether what is below has settled or not, and aborts
 * the context's signal for it. A request that still waits for its turn is nacked; one that has begun gets 504. A reply
 * that streams outlives the deadline, but not the caller.
 */
export function answerInTime(service: string, clock: Clock): ServerFilter {
  const limits = new TimeLimits(clock);
  return (arrival, context, next) => {
    const caller = cancellationOf(context);
    if (caller.aborted) return Promise.resolve(callerGone(service));
    return new Promise((resolve, reject) => {
      const awaited = new AwaitedAnswer(service, arrival, resolve);
      const limit = limits.begin(awaited, context.deadlineMs, clock.now());
      caller.subscribe(awaited);
      next(arrival, new LazyContext(context, awaited)).then(
        (reply) => {
          limits.end(limit);
          whenMade(reply, () => caller.unsubscribe(awaited));
          resolve(reply);
        },
        (cause: unknown) => {
          limits.end(limit);
          caller.unsubscribe(awaited);
          reject(cause);
        },
      );
    });
  };
}

/** One request that somebody waits for: told that its time is over or its caller gone, it answers, and cancels those below. */
class AwaitedAnswer extends CancelSource implements CancelListener, TimeLimited {
  readonly #service: string;
  readonly #arrival: Arrival;
  readonly #resolve: (reply: HttpReply) => void;

  constructor(service: string, arrival: Arrival, resolve: (reply: HttpReply) => void) {
    super();
    this.#service = service;
    this.#arrival = arrival;
    this.#resolve = resolve;
  }

  onCancel(reason: unknown): void {
    this.#resolve(callerGone(this.#service));
    this.cancel(reason);
  }

  onTimeOver(): void {
    this.#resolve(expired(this.#arrival, this.#service));
    this.cancel(deadlineExceeded(this.#service));
  }
}

/** Nacks what has waited past its deadline: its caller does not, and the timer may be late on a busy event loop. */
export function refuseExpired(service: string, clock: Pick<Clock, "now">, shed: ResilienceMeter["shed"]): ServerFilter {
  return (arrival, context, next) => {
    const isExpired = clock.now() >= context.deadlineMs;
    if (!isExpired && !endOf(context).aborted) return next(arrival, context);
    if (isExpired) shed(context.criticality, "expired");
    return Promise.resolve(expiredNack(service));
  };
}

/** Calls `task` when nothing of the reply is left to be made: at once, unless it streams and says when that is. */
function whenMade({ body }: HttpReply, task: () => void): void {
  if (!isReplayable(body) && "finished" in body) void (body.finished as Promise<void>).then(task);
  else task();
}

function expired({ progress }: Arrival, service: string): HttpReply {
  return progress.stage === "waiting" ? expiredNack(service) : refusal(deadlineExceeded(service), service);
}

function expiredNack(service: string): HttpReply {
  return nack("final", "DEADLINE_EXCEEDED", service, `${service} did not begin this request before its deadline`);
}

function deadlineExceeded(service: string) {
  return shoalError("DEADLINE_EXCEEDED", { message: `${service} did not answer before the deadline` });
}

/** Nobody reads it, but the request has to be counted as something. */
function callerGone(service: string): HttpReply {
  return refusal(shoalError("CANCELLED", { message: "the caller has gone" }), service);
}
