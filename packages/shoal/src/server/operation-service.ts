import { codecOf, type Decoded, type OperationCodec } from "../contract/codec.ts";
import type { Contract } from "../contract/contract.ts";
import type { Operation } from "../contract/operation.ts";
import { isStreamed } from "../contract/stream.ts";
import { type Context, endOf, runInContext } from "../core/context.ts";
import { type ShoalError, shoalError } from "../core/errors.ts";
import type { HttpReply } from "../core/message.ts";
import { HEADER, JSON_TYPE } from "../core/wire.ts";
import type { Arrival, ServerService } from "./arrival.ts";
import { bytesOf } from "./body.ts";
import { answerToThrown, logThrown } from "./handler-errors.ts";
import type { Items } from "./items.ts";
import { nack, refusal } from "./refusal.ts";
import type { StreamCall } from "./stream-reply.ts";

/** One operation's handler, as the stack calls it. */
export type AnyHandler = (input: unknown, context: Context) => unknown;

/** What is made once for an operation, with its first request. */
interface Prepared {
  readonly operation: Operation;
  readonly codec: OperationCodec;
  readonly handler: AnyHandler;
}

const JSON_HEADERS = Object.freeze({ [HEADER.contentType]: JSON_TYPE });

/** Answers an operation that streams; loaded with the first of its requests. */
export type AnswerStream = (call: StreamCall, arrival: Arrival, context: Context) => Promise<HttpReply>;

/**
 * The end of the stack: decodes and validates the request, calls the handler in its context, validates and encodes
 * what it returned. What it throws becomes a reply here, below idempotency, because that answer may be kept too.
 */
export function operationService(
  contract: Contract,
  handlerOf: (operation: string) => AnyHandler,
  answerStream: AnswerStream,
): ServerService {
  const prepared = new Map<Operation, Prepared>();
  const prepare = (operation: Operation): Prepared => {
    const made = { operation, codec: codecOf(operation), handler: handlerOf(operation.name) };
    prepared.set(operation, made);
    return made;
  };

  return (arrival, context) => {
    const { message, route } = arrival;
    if (route.kind !== "operation") return Promise.resolve(noOperation(contract.name));
    const own = prepared.get(route.operation) ?? prepare(route.operation);
    const decoded = own.codec.decodeRequest(message, route.params, bytesOf(message));
    return decoded instanceof Promise
      ? decoded.then((settled) => answer(arrival, context, own, settled))
      : answer(arrival, context, own, decoded);
  };

  function answer(arrival: Arrival, context: Context, own: Prepared, decoded: Decoded): Promise<HttpReply> {
    if (!decoded.ok) return Promise.resolve(refusal(decoded.error, contract.name));
    // The body may have come in too slowly: work that nobody waits for is not begun.
    if (endOf(context).aborted) {
      return Promise.resolve(nack("final", "DEADLINE_EXCEEDED", contract.name, "nobody waits any more"));
    }
    const { operation, handler } = own;
    if (!isStreamed(operation)) {
      return replyOf(() => runInContext(context, () => handler(decoded.value, context)), own, arrival, context);
    }
    const call = (scope: Context) => handler(decoded.value, scope) as Promise<Items>;
    return answerStream({ operation, call }, arrival, context);
  }
}

/** The answer to a request whose handler is called, or was called, by `run`. Never rejects. */
export async function replyOf(
  run: () => unknown,
  { operation, codec }: Omit<Prepared, "handler">,
  { progress }: Pick<Arrival, "progress">,
  context: Context,
): Promise<HttpReply> {
  const { service } = operation;
  let value: unknown;
  try {
    value = await run();
  } catch (thrown) {
    const { error, decided, logged } = await answerToThrown(thrown, operation, context);
    if (decided) progress.stage = "decided";
    if (logged !== undefined) logThrown(context, logged, thrown);
    return refusal(error, service);
  }
  progress.stage = "decided";
  const pending = codec.encodeReply(value);
  const encoded = pending instanceof Promise ? await pending : pending;
  if (!encoded.ok) return replyInvalid(encoded.error, service, context);
  const body = encoded.value as Uint8Array | undefined;
  return { status: operation.status, headers: body === undefined ? {} : JSON_HEADERS, body };
}

function replyInvalid(error: ShoalError, service: string, context: Context): HttpReply {
  logThrown(context, error.message, error.details);
  return refusal(error, service);
}

function noOperation(service: string): HttpReply {
  return refusal(shoalError("OPERATION_UNKNOWN", { message: `${service} has no such operation` }), service);
}
