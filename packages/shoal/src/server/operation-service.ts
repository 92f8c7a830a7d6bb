import { codecOf, type OperationCodec } from "../contract/codec.ts";
import type { Contract } from "../contract/contract.ts";
import type { Operation } from "../contract/operation.ts";
import { isStreamed } from "../contract/stream.ts";
import { type Context, runInContext } from "../core/context.ts";
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

interface DecodedCall {
  readonly codec: OperationCodec;
  readonly operation: Operation;
  readonly input: unknown;
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
  const codecs = new Map<string, OperationCodec>();
  const codecFor = (operation: Operation): OperationCodec => {
    const known = codecs.get(operation.name);
    if (known) return known;
    const made = codecOf(operation);
    codecs.set(operation.name, made);
    return made;
  };

  return async (arrival, context) => {
    const { message, route } = arrival;
    if (route.kind !== "operation") return noOperation(contract.name);
    const { operation } = route;
    const codec = codecFor(operation);
    const decoded = await codec.decodeRequest(message, route.params, bytesOf(message));
    if (!decoded.ok) return refusal(decoded.error, contract.name);
    // The body may have come in too slowly: work that nobody waits for is not begun.
    if (context.signal.aborted) return nack("final", "DEADLINE_EXCEEDED", contract.name, "nobody waits any more");
    if (isStreamed(operation)) {
      const call = (scope: Context) => handlerOf(operation.name)(decoded.value, scope) as Promise<Items>;
      return answerStream({ operation, call }, arrival, context);
    }
    return handle(arrival, context, { codec, operation, input: decoded.value });
  };

  async function handle({ progress }: Arrival, context: Context, call: DecodedCall): Promise<HttpReply> {
    const { codec, operation, input } = call;
    let value: unknown;
    try {
      value = await runInContext(context, () => handlerOf(operation.name)(input, context));
    } catch (thrown) {
      const { error, decided, logged } = await answerToThrown(thrown, operation, context);
      if (decided) progress.stage = "decided";
      if (logged !== undefined) logThrown(context, logged, thrown);
      return refusal(error, contract.name);
    }
    progress.stage = "decided";
    const encoded = await codec.encodeReply(value);
    if (!encoded.ok) return replyInvalid(encoded.error, context);
    const body = encoded.value as Uint8Array | undefined;
    return { status: operation.status, headers: body === undefined ? {} : JSON_HEADERS, body };
  }

  function replyInvalid(error: ShoalError, context: Context): HttpReply {
    logThrown(context, error.message, error.details);
    return refusal(error, contract.name);
  }
}

function noOperation(service: string): HttpReply {
  return refusal(shoalError("OPERATION_UNKNOWN", { message: `${service} has no such operation` }), service);
}
