import { codecOf, type OperationCodec } from "../contract/codec.ts";
import type { Contract } from "../contract/contract.ts";
import { type DirectCodec, directCodecOf, NO_VALUE } from "../contract/direct-codec.ts";
import type { Operation } from "../contract/operation.ts";
import { baggageOf } from "../core/baggage.ts";
import { CancelSource } from "../core/cancellation.ts";
import { type Context, cancellationOf, LazyContext } from "../core/context.ts";
import { shoalError } from "../core/errors.ts";
import { LazyTrace } from "../core/lazy-trace.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import { Place } from "../core/place.ts";
import { childTrace, SAMPLED } from "../core/trace-context.ts";
import type { Begun, DirectRequest, DirectService } from "../transport/direct.ts";
import { type Arrival, arrivalOf, type BegunWork, type ServerService } from "./arrival.ts";
import type { Limiter, Release } from "./limiter.ts";
import { type AnyHandler, replyOf } from "./operation-service.ts";
import type { Overload } from "./overload.ts";
import { begunStack, type ServerStackParts } from "./stack.ts";

export interface DirectParts {
  readonly contract: Contract;
  readonly handlerOf: (operation: string) => AnyHandler;
  readonly stack: ServerStackParts & { readonly limiter: Limiter; readonly overload: Overload };
}

/** An operation that may be called without a message. */
interface Prepared {
  readonly place: Place;
  readonly ended: (nowMs: number) => void;
  readonly operation: Operation;
  readonly codec: OperationCodec;
  readonly direct: DirectCodec;
  readonly handler: AnyHandler;
  /** The rest of the way of one that cannot be answered at once. */
  readonly rest: (begun: BegunWork) => ServerService;
}

/**
 * The short way into a service, for those of its process: what the stack of stack.ts does for a request that is let in
 * at once and answered well, without a message, a promise or a timer. To be made where its handlers are to run.
 * `npm run bench -- wire --only local` guards what it saves: six sevenths of a call.
 */
export function createDirectService({ contract, handlerOf, stack }: DirectParts): DirectService {
  const { lifecycle, limiter, overload, recorder, asked } = stack;
  const place = new Place();
  const rest = begunStack(stack);
  const prepared = new Map<Operation, Prepared | undefined>();
  /** The latest time known: calls made in one go begin one after the other, later than they were made. */
  let seenMs = 0;

  /** Undefined for what has to come as a message, which is as good for what this service does not know. */
  const prepare = (operation: Operation): Prepared | undefined => {
    const direct = contract.operations[operation.name] === operation ? directCodecOf(operation) : undefined;
    const made = direct && {
      place,
      ended,
      operation,
      codec: codecOf(operation),
      direct,
      handler: handlerOf(operation.name),
      rest,
    };
    if (direct) prepared.set(operation, made);
    return made;
  };
  /** Nothing is to be refused, recorded or waited for. */
  const isUsual = ({ context, startMs }: DirectRequest) =>
    lifecycle.phase() === "ready" &&
    (recorder === undefined || (context.trace.flags & SAMPLED) === 0) &&
    context.deadlineMs - startMs >= 1 &&
    overload.isCalm();

  const ended = (nowMs: number) => {
    seenMs = nowMs;
  };

  return {
    bodyBytesMax: stack.bodyBytesMax,
    slowMs: recorder?.slowMs ?? Number.POSITIVE_INFINITY,
    begin(request) {
      const own = prepared.get(request.operation) ?? prepare(request.operation);
      if (own === undefined || !isUsual(request)) return undefined;
      const input = own.direct.receive(request.input);
      if (input === NO_VALUE) return undefined;
      const release = limiter.tryAcquire(Math.max(request.startMs, seenMs));
      if (release === undefined) return undefined;
      asked?.();
      overload.letIn(request.context.criticality);
      const work = new DirectWork(stack, own, request, release);
      work.call(input);
      return work;
    },
  };
}

/** One request whose handler was called without a message: what its handler is cancelled by, and its own record. */
class DirectWork extends CancelSource implements Begun, BegunWork {
  readonly context: Context;
  readonly startMs: number;
  readonly release: Release;
  readonly #stack: ServerStackParts;
  readonly #own: Prepared;
  returned: unknown = undefined;
  hasThrown = false;

  constructor(stack: ServerStackParts, own: Prepared, { context, startMs }: DirectRequest, release: Release) {
    super();
    const { ports, realm, log, handlerMs } = stack.source;
    this.#stack = stack;
    this.#own = own;
    this.startMs = startMs;
    this.release = release;
    const { trace, baggage, caller, criticality, attempt } = context;
    const values = {
      deadlineMs: Math.min(context.deadlineMs, startMs + handlerMs),
      trace: trace instanceof LazyTrace ? new LazyTrace(trace, ports.random) : childTrace(trace, ports.random),
      baggage: baggage === "" ? "" : baggageOf(baggage),
      caller,
      realm,
      criticality,
      attempt,
      log,
    };
    this.context = new LazyContext(values, this);
  }

  call(input: unknown): void {
    try {
      this.returned = this.#own.place.runInContext(this.#own.handler, input, this.context);
    } catch (thrown) {
      this.hasThrown = true;
      this.returned = thrown;
    }
  }

  end(nowMs: number): void {
    this.release();
    const { operation, ended } = this.#own;
    ended(nowMs);
    const { status } = operation;
    const caller = this.context.caller ?? "";
    this.#stack.meter.served({ operation: operation.name, status, durationMs: nowMs - this.startMs, caller });
  }

  goOn(message: HttpRequest, arriving: Context): Promise<HttpReply> {
    const route = { kind: "operation", operation: this.#own.operation, params: {} } as const;
    return this.#own.place.run(this.#own.rest(this), { ...arrivalOf(message, route), begun: this }, arriving);
  }

  abandon(): void {
    this.#own.place.run(() => this.cancel(shoalError("CANCELLED", { message: "the caller has gone" })));
    Promise.resolve(this.hasThrown ? undefined : this.returned).then(this.release, this.release);
  }

  answer(arrival: Arrival, context: Context): Promise<HttpReply> {
    const { place } = this.#own;
    cancellationOf(context).subscribe({ onCancel: (reason) => place.run(() => this.cancel(reason)) });
    return replyOf(() => this.#outcome(), this.#own, arrival, this.context);
  }

  #outcome(): unknown {
    if (this.hasThrown) throw this.returned;
    return this.returned;
  }
}
