import type { Input } from "../../contract/codec.ts";
import { type DirectCodec, directCodecOf, NO_VALUE } from "../../contract/direct-codec.ts";
import { type Context, cancellationOf, currentContext } from "../../core/context.ts";
import { SAMPLED } from "../../core/trace-context.ts";
import { createTurnEnd, type TurnEnd } from "../../core/turn-end.ts";
import type { Recorder } from "../../telemetry/recorder.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import type { Begun, DirectService } from "../../transport/direct.ts";
import { connectLocal } from "../../transport/local.ts";
import type { DirectInstance, InstanceClient, Peers } from "../balance/peers.ts";
import type { CallService } from "../call.ts";
import { contextOfCall } from "../call-context.ts";
import type { RetryBudget } from "../retry/budget.ts";
import { type Runtime, recorderOf } from "../runtime.ts";
import type { Admission } from "../throttle/admission.ts";
import type { DirectCallable, WholeWay } from "./direct-callable.ts";

/** What the client of a service has that its calls go by. */
export interface DirectWayParts {
  readonly runtime: Runtime;
  readonly peers: Peers;
  readonly budget: RetryBudget;
  readonly admission: Admission;
  /** Counts what is decided on the way. */
  readonly note: (event: EdgeEvent) => void;
}

/** Where calls go: the only instance of a service, and that is in this process. */
export interface DirectTarget {
  readonly instance: InstanceClient;
  readonly direct: DirectInstance;
  readonly service: DirectService;
}

/** A call on the short way. */
interface DirectCall {
  readonly target: DirectTarget;
  readonly callable: DirectCallable;
  readonly wholeWay: WholeWay;
  readonly codec: DirectCodec;
  readonly input: Input;
  readonly startMs: number;
}

/** Calls begin when the caller's own turn is over, as if there were a wire. */
const READY = Promise.resolve();

/**
 * The short way of a typed call to a service of the same process: what the stacks do for a call that goes out, is let in
 * and answered well at once, without their filters, a message or a timer. Whether it may be taken is decided before
 * anything is done; a handler that has been called and waits, throws, or answers what its contract does not allow goes on
 * the whole way, and is counted, recorded and tried again there as if it had been called by it.
 * `npm run bench -- wire --only local` guards what it saves: six sevenths of a call.
 */
export class DirectWay {
  readonly #parts: DirectWayParts;
  readonly #recorder: Recorder | undefined;
  readonly #slowMs: number;
  readonly #turnEnd: TurnEnd;

  constructor(parts: DirectWayParts) {
    this.#parts = parts;
    this.#recorder = recorderOf(parts.runtime);
    this.#slowMs = this.#recorder?.slowMs ?? Number.POSITIVE_INFINITY;
    this.#turnEnd = createTurnEnd(parts.runtime.ports.clock);
  }

  /** Undefined when the call has to go the whole way, and then nothing was done. */
  call(target: DirectTarget, callable: DirectCallable, input: Input, wholeWay: WholeWay): Promise<unknown> | undefined {
    const settings = callable.policy.call;
    const codec = codecFor(callable);
    if (codec === null || settings.coalesce || settings.hedgeExtraLoad > 0) return undefined;
    const copied = codec.copyInput(input, target.service.bodyBytesMax);
    if (copied === NO_VALUE) return undefined;
    const startMs = this.#parts.runtime.ports.clock.now();
    const call: DirectCall = { target, callable, wholeWay, codec, input: copied, startMs };
    return READY.then(() => this.#make(call));
  }

  #make(call: DirectCall): unknown {
    const { target, callable, input, startMs } = call;
    const { operation, policy } = callable;
    const context = contextOfCall(this.#parts.runtime, policy.call, currentContext(), startMs);
    const work = this.#isUsual(context, startMs)
      ? target.service.begin({ operation, input, context, startMs })
      : undefined;
    if (work === undefined) return goWholeWay(call, context, undefined);
    if (work.returned instanceof Promise && !work.hasThrown)
      return this.#whenReturned(call, context, work, work.returned);
    if (work.hasThrown || isThenable(work.returned)) return this.#goOn(call, context, work);
    return this.#conclude(call, context, work, work.returned);
  }

  /** Nearly every handler returns a promise, and many wait for nothing but what is in memory, or for calls like this one. */
  #whenReturned(call: DirectCall, context: Context, work: Begun, returned: Promise<unknown>): Promise<unknown> {
    const turnEnd = this.#turnEnd();
    if (turnEnd === undefined) return this.#goOn(call, context, work);
    return new Promise((resolve) => {
      let isOver = false;
      const first = (end: () => unknown) => {
        if (isOver) return;
        isOver = true;
        resolve(end());
      };
      const goOn = () => first(() => this.#goOn(call, context, work));
      returned.then((value) => first(() => this.#conclude(call, context, work, value)), goOn);
      void turnEnd.then(goOn);
    });
  }

  #conclude(call: DirectCall, context: Context, work: Begun, returned: unknown): unknown {
    const { target, callable, codec, startMs } = call;
    const value = codec.reply(returned, callable.policy.call.replyBytesMax);
    const nowMs = this.#parts.runtime.ports.clock.now();
    const durationMs = nowMs - startMs;
    if (value === NO_VALUE || durationMs >= Math.min(target.service.slowMs, this.#slowMs)) {
      return this.#goOn(call, context, work);
    }
    work.end(nowMs);
    this.#count(callable, context, nowMs, durationMs);
    target.direct.answeredAtOnce(durationMs, nowMs);
    return value;
  }

  /** Whether a call would go out at once, and nothing is to be recorded. */
  #isUsual(context: Context, startMs: number): boolean {
    const { peers, admission } = this.#parts;
    if (this.#recorder !== undefined && (context.trace.flags & SAMPLED) !== 0) return false;
    if (context.deadlineMs - startMs < 1 || cancellationOf(context).aborted) return false;
    const { due, panic, local } = peers.survey(startMs);
    return due.length === 0 && !panic && local.length === 1 && admission.isOpen(context.criticality, startMs);
  }

  /** What the filters would have counted. */
  #count({ operation }: DirectCallable, { criticality }: Context, nowMs: number, durationMs: number): void {
    const { runtime, peers, budget, admission, note } = this.#parts;
    note("call");
    note("attempt");
    admission.offer(criticality, nowMs);
    admission.send(criticality, nowMs);
    peers.probes.earn();
    budget.deposit(nowMs);
    const { service, name, status } = operation;
    runtime.meter.called?.({ callee: service, external: false, operation: name, status, durationMs });
  }

  /** The whole way, with the attempt that has begun as its first. */
  #goOn(call: DirectCall, context: Context, work: Begun): Promise<unknown> {
    const { peers, admission, note } = this.#parts;
    const { target, startMs } = call;
    const { instance, direct } = target;
    let isReached = false;
    const goOn: Begun["goOn"] = (message, arriving) => {
      isReached = true;
      return work.goOn(message, arriving);
    };
    const connection = connectLocal(instance.instance.address, () => ({ handler: goOn, inPlace: HERE }));
    const attempt = direct.begun(connection);
    const answer = goWholeWay(call, context, (made, own) => {
      admission.offer(own.criticality, startMs);
      admission.send(own.criticality, startMs);
      note("attempt");
      peers.probes.earn();
      made.attempts += 1;
      made.tried.add(instance.id);
      made.instance = instance.id;
      return attempt(made, own);
    });
    if (!isReached) work.abandon();
    return answer;
  }
}

/** `goOn` finds its place itself. */
const HERE = <Args extends unknown[], Result>(task: (...args: Args) => Result, ...args: Args): Result => task(...args);

function codecFor(callable: DirectCallable): DirectCodec | null {
  if (callable.direct === undefined) {
    const { method, idempotent } = callable.operation;
    const hasKey = idempotent && (method === "POST" || method === "PATCH");
    callable.direct = hasKey ? null : (directCodecOf(callable.operation) ?? null);
  }
  return callable.direct;
}

function goWholeWay(
  { callable, wholeWay, input, startMs }: DirectCall,
  context: Context,
  begun: CallService | undefined,
): Promise<unknown> {
  return wholeWay(callable, input, { context, startMs, begun });
}

function isThenable(value: unknown): boolean {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function";
}
