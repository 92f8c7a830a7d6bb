import { AsyncLocalStorage } from "node:async_hooks";
import { type CancelListener, type Cancellation, CancelSource } from "../core/cancellation.ts";
import { cancellationOf } from "../core/context.ts";
import { messageOf, shoalError } from "../core/errors.ts";
import type { Body, HttpReply, HttpRequest, ReplyHeaders } from "../core/message.ts";
import { type Failure, failure, type Outcome, success } from "../core/outcome.ts";
import { arrivingAt } from "./arrival.ts";
import type { Connection, Handler, Transport } from "./port.ts";

/** Calls services of the same process, at addresses such as "local:quotes". */
export interface LocalTransport extends Transport {
  /**
   * Gives a handler an address. Throws PORT_TAKEN when another one has it.
   * @returns Takes the address away again.
   */
  readonly serve: (name: string, handler: Handler) => () => void;
}

/** Runs what is one side's where that side is: its context and runtime are current, whoever has it run. */
type InPlace = <Args extends unknown[], Result>(task: (...args: Args) => Result, ...args: Args) => Result;

/** Who answers at an address of this process. */
export interface LocalService {
  readonly handler: Handler;
  readonly inPlace: InPlace;
}

const SCHEME = "local:";
/** Where whoever asks is. */
const HERE: InPlace = (task, ...args) => task(...args);

/**
 * A transport within a process. A call and its handler behave as if a wire were between them: bodies are copied,
 * the deadline travels in its header, cancelling the call aborts the handler's signal, and the caller does not wait
 * for a handler that ignores it.
 */
export function createLocalTransport(): LocalTransport {
  const services = new Map<string, LocalService>();
  return {
    serve(name, handler) {
      if (services.has(name)) throw shoalError("PORT_TAKEN", { message: `${SCHEME}${name} is taken` });
      services.set(name, { handler, inPlace: HERE });
      return () => {
        if (services.get(name)?.handler === handler) services.delete(name);
      };
    },
    connect: (address) => connectLocal(address, () => services.get(address.slice(SCHEME.length))),
  };
}

/** The way to a service of this process. @param find Asked for each request: who answers may change, or go. */
export function connectLocal(address: string, find: () => LocalService | undefined): Connection {
  return {
    send(request, context) {
      const caller = cancellationOf(context);
      if (caller.aborted) return Promise.resolve(givenUp(address, "unsent", caller.reason));
      const service = find();
      if (service) return new Promise((resolve) => new LocalCall(service, address, caller, resolve).begin(request));
      const message = `nothing answers at ${address}`;
      return Promise.resolve(failure("unsent", shoalError("CONNECT_FAILED", { message, details: { address } })));
    },
    close: async () => {},
  };
}

/** One call that somebody waits for: what it is cancelled by, and what cancels its handler, in one object. */
class LocalCall extends CancelSource implements CancelListener {
  readonly #service: LocalService;
  readonly #address: string;
  readonly #caller: Cancellation;
  readonly #resolve: (outcome: Outcome<HttpReply>) => void;

  constructor(
    service: LocalService,
    address: string,
    caller: Cancellation,
    resolve: (outcome: Outcome<HttpReply>) => void,
  ) {
    super();
    this.#service = service;
    this.#address = address;
    this.#caller = caller;
    this.#resolve = resolve;
  }

  begin(request: HttpRequest): void {
    this.#caller.subscribe(this);
    try {
      this.#invoke(request).then(
        (reply) => this.#resolve(success(this.#copyOf(reply))),
        (cause) => this.#lose(cause),
      );
    } catch (cause) {
      this.#lose(cause);
    }
  }

  /** A handler never throws or rejects; one that does is a server that cut the connection. */
  #lose(cause: unknown): void {
    this.#caller.unsubscribe(this);
    const message = `${this.#address} failed`;
    this.#resolve(failure("ambiguous", shoalError("CONNECTION_LOST", { message, cause })));
  }

  onCancel(reason: unknown): void {
    const gone = shoalError("CANCELLED", { message: "the caller has gone" });
    this.#service.inPlace(() => this.cancel(gone));
    this.#resolve(givenUp(this.#address, "ambiguous", reason));
  }

  #invoke({ method, target, headers, body }: HttpRequest): Promise<HttpReply> {
    const { handler, inPlace } = this.#service;
    const copy = isStream(body) ? copyStream(body, this, () => {}, AsyncLocalStorage.snapshot()) : copyBytes(body);
    return inPlace(handler, { method, target, headers: { ...headers }, body: copy }, arrivingAt(this));
  }

  /** The caller can still cancel while a stream is under way. */
  #copyOf({ status, headers, body }: HttpReply): HttpReply {
    const onEnd = () => this.#caller.unsubscribe(this);
    if (isStream(body)) {
      return { status, headers: endToEnd(headers), body: copyStream(body, this, onEnd, this.#service.inPlace) };
    }
    onEnd();
    return { status, headers: endToEnd(headers), body: copyBytes(body) };
  }
}

/** As the HTTP transport has it: what a handler was given may have been done, whoever gave it up. */
function givenUp(address: string, kind: "unsent" | "ambiguous", reason: unknown): Failure<HttpReply> {
  const message = `the request to ${address} was given up: ${messageOf(reason)}`;
  return failure(kind, shoalError("CANCELLED", { message, cause: reason }));
}

function isStream(body: Body): body is AsyncIterable<Uint8Array> {
  return body !== undefined && !(body instanceof Uint8Array);
}

/** Not `slice`: a Buffer's slice shares its memory. */
function copyBytes(body: Uint8Array | undefined): Uint8Array | undefined {
  return body && new Uint8Array(body);
}

/**
 * Ends when it is cancelled, whether the source does or not: a socket would be closed by then. No generator: one that
 * was never begun would not let go of its source when it is returned.
 * @param inPlace Where the source is.
 */
function copyStream(
  body: AsyncIterable<Uint8Array>,
  cancellation: Cancellation,
  onEnd: () => void,
  inPlace: InPlace,
): AsyncIterable<Uint8Array> {
  const source = inPlace(() => body[Symbol.asyncIterator]());
  let over = false;
  let giveUp = (_reason: unknown) => {};
  const listener: CancelListener = {
    onCancel(reason) {
      end();
      giveUp(reason);
    },
  };
  const end = () => {
    if (over) return;
    over = true;
    cancellation.unsubscribe(listener);
    onEnd();
    void inPlace(() => source.return?.())?.then(undefined, () => {});
  };
  cancellation.subscribe(listener);
  const take = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    const chunk = await inPlace(() => source.next());
    if (!chunk.done) return { done: false, value: new Uint8Array(chunk.value) };
    end();
    return { done: true, value: undefined };
  };
  return {
    [Symbol.asyncIterator]: () => ({
      next: () =>
        new Promise((resolve, reject) => {
          if (cancellation.aborted) return reject(cancellation.reason);
          if (over) return resolve({ done: true, value: undefined });
          giveUp = reject;
          take().then(resolve, (cause) => {
            end();
            reject(cause);
          });
        }),
      async return() {
        end();
        return { done: true, value: undefined };
      },
    }),
  };
}

/** `connection` is about the wire between two processes; there is none. */
function endToEnd(headers: ReplyHeaders): ReplyHeaders {
  const { connection: _, ...rest } = headers;
  return rest;
}
