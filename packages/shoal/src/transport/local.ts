import { AsyncLocalStorage } from "node:async_hooks";
import { messageOf, shoalError } from "../core/errors.ts";
import type { Body, HttpReply, HttpRequest, ReplyHeaders } from "../core/message.ts";
import { type Failure, failure, type Outcome, success } from "../core/outcome.ts";
import { arrivingContext } from "./arrival.ts";
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
    async send(request, { signal }) {
      if (signal.aborted) return givenUp(address, "unsent", signal);
      const service = find();
      if (!service) {
        const message = `nothing answers at ${address}`;
        return failure("unsent", shoalError("CONNECT_FAILED", { message, details: { address } }));
      }
      return call(service, request, signal, address);
    },
    close: async () => {},
  };
}

function call(
  service: LocalService,
  request: HttpRequest,
  signal: AbortSignal,
  address: string,
): Promise<Outcome<HttpReply>> {
  const controller = new AbortController();
  return new Promise((resolve) => {
    const onAbort = () => {
      service.inPlace(() => controller.abort(shoalError("CANCELLED", { message: "the caller has gone" })));
      resolve(givenUp(address, "ambiguous", signal));
    };
    const release = () => signal.removeEventListener("abort", onAbort);
    signal.addEventListener("abort", onAbort, { once: true });
    invoke(service, request, controller.signal).then(
      (reply) => resolve(success(copyReply(service, reply, controller.signal, release))),
      // A handler never rejects; one that does is a server that cut the connection.
      (cause) => {
        release();
        resolve(failure("ambiguous", shoalError("CONNECTION_LOST", { message: `${address} failed`, cause })));
      },
    );
  });
}

async function invoke(
  { handler, inPlace }: LocalService,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpReply> {
  const { body } = request;
  const copy = isStream(body) ? copyStream(body, signal, () => {}, AsyncLocalStorage.snapshot()) : copyBytes(body);
  return inPlace(handler, { ...request, headers: { ...request.headers }, body: copy }, arrivingContext(signal));
}

/** The caller can still cancel while a stream is under way. */
function copyReply(
  { inPlace }: LocalService,
  { status, headers, body }: HttpReply,
  signal: AbortSignal,
  onEnd: () => void,
): HttpReply {
  if (isStream(body)) return { status, headers: endToEnd(headers), body: copyStream(body, signal, onEnd, inPlace) };
  onEnd();
  return { status, headers: endToEnd(headers), body: copyBytes(body) };
}

/** As the HTTP transport has it: what a handler was given may have been done, whoever gave it up. */
function givenUp(address: string, kind: "unsent" | "ambiguous", { reason }: AbortSignal): Failure<HttpReply> {
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
 * Ends when the signal is aborted, whether the source does or not: a socket would be closed by then. No generator: one that
 * was never begun would not let go of its source when it is returned.
 * @param inPlace Where the source is.
 */
function copyStream(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
  onEnd: () => void,
  inPlace: InPlace,
): AsyncIterable<Uint8Array> {
  const source = inPlace(() => body[Symbol.asyncIterator]());
  let over = false;
  let giveUp = (_reason: unknown) => {};
  const onAbort = () => {
    end();
    giveUp(signal.reason);
  };
  const end = () => {
    if (over) return;
    over = true;
    signal.removeEventListener("abort", onAbort);
    onEnd();
    void inPlace(() => source.return?.())?.then(undefined, () => {});
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
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
          if (signal.aborted) return reject(signal.reason);
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
