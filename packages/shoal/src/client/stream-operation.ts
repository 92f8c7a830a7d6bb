import { type ItemCodec, itemCodecOf } from "../contract/item-codec.ts";
import type { Operation } from "../contract/operation.ts";
import { errorOfProblem, errorOfReply } from "../contract/problem.ts";
import type { ItemStream } from "../contract/stream.ts";
import { EVENT_STREAM } from "../contract/stream-names.ts";
import { type ShoalError, shoalError } from "../core/errors.ts";
import { type HttpReply, type HttpRequest, headerOf, isReplayable, readBody } from "../core/message.ts";
import { checkOption } from "../core/options.ts";
import { type Failure, failure } from "../core/outcome.ts";
import { HEADER } from "../core/wire.ts";
import { sensitiveOf } from "../telemetry/redact-sensitive.ts";
import { type Call, nameOf } from "./call.ts";
import { callError } from "./call-error.ts";
import { type Callable, type CallOptions, isDeclared } from "./call-operation.ts";
import { clientFor } from "./client.ts";
import { createItemStream } from "./item-stream.ts";
import { resolveCall } from "./policy.ts";
import { currentRuntime } from "./process-runtime.ts";
import { discard } from "./reply-body.ts";
import type { Runtime } from "./runtime.ts";

const codecs = new WeakMap<Operation, ItemCodec>();

/**
 * Calls an operation that returns a stream. Until the reply's head is there, which comes with the first item, it is a call
 * like any other: it has a deadline, is tried again, and rejects. From then on nothing is tried again: the stream goes on
 * until its end, its caller's leaving, or `streamIdleMs` of silence, and what goes wrong is thrown by its iterator.
 *
 * Two requests of which one is dropped, or one for several readers, make no sense for a stream: `hedgeExtraLoad` and
 * `coalesce` are passed over, for they may be a whole consumer's policy. A key is refused, for it promises something.
 */
export async function callStream(
  { operation, policy }: Callable,
  request: HttpRequest,
  options: CallOptions,
): Promise<ItemStream<unknown>> {
  const runtime = currentRuntime();
  const { signal, idempotencyKey, context, ...given } = options;
  checkOption(idempotencyKey === undefined, "idempotencyKey", "absent where a stream is called", idempotencyKey);
  const settings = { ...resolveCall(policy.call, given), hedgeExtraLoad: 0, coalesce: false };
  const { call, outcome } = await clientFor(runtime, operation.service, policy).call(
    {
      service: operation.service,
      operation: operation.name,
      request: { ...request, headers: { ...request.headers, accept: EVENT_STREAM } },
      idempotent: operation.idempotent,
      settings,
      replyInMemory: false,
      sensitive: sensitiveOf(operation) ?? null,
      errors: operation.spec.errors,
      signal,
    },
    context,
  );
  if (!outcome.ok) throw await failed(operation, call, outcome);
  if (outcome.reply.status !== operation.status) throw await answered(operation, call, outcome.reply);
  const type = headerOf(outcome.reply.headers, HEADER.contentType) ?? "";
  if (type.split(";", 1)[0]?.trim().toLowerCase() !== EVENT_STREAM) {
    discard(outcome);
    const message = `${nameOf(call)} answered with "${type}" where its contract says ${EVENT_STREAM}`;
    throw callError(call, failure("final", shoalError("REPLY_INVALID", { message })));
  }
  return open(operation, call, bodyOf(outcome.reply), runtime);
}

/** A failure of the call, or the error of its contract that it was answered with. */
async function failed(operation: Operation, call: Call, outcome: Failure<HttpReply>): Promise<ShoalError> {
  if (outcome.reply === undefined) return callError(call, outcome);
  const error = await errorIn(outcome.reply, call);
  return isDeclared(operation, error) ? error : callError(call, outcome, error);
}

async function answered(operation: Operation, call: Call, reply: HttpReply): Promise<ShoalError> {
  const error = await errorIn(reply, call);
  return isDeclared(operation, error) ? error : callError(call, failure("final", error));
}

async function errorIn(reply: HttpReply, call: Call): Promise<ShoalError> {
  return errorOfReply(reply, await readBody(reply.body, call.settings.replyBytesMax), nameOf(call));
}

function bodyOf({ body }: HttpReply): AsyncIterable<Uint8Array> {
  return isReplayable(body) ? inOne(body) : body;
}

/** A stream that ended at once may have come as a whole. */
async function* inOne(body: Uint8Array | undefined): AsyncGenerator<Uint8Array, undefined, undefined> {
  if (body) yield body;
}

function open(operation: Operation, call: Call, body: AsyncIterable<Uint8Array>, runtime: Runtime) {
  const codec = codecs.get(operation) ?? itemCodecOf(operation);
  codecs.set(operation, codec);
  const explain = (error: ShoalError) => {
    call.verdict = "its stream had begun";
    return callError(call, failure("final", error));
  };
  return createItemStream({
    body,
    codec,
    clock: runtime.ports.clock,
    idleMs: call.settings.streamIdleMs,
    itemBytesMax: call.settings.replyBytesMax,
    explain,
    explainProblem(json) {
      const error = errorOfProblem(json, nameOf(call));
      return isDeclared(operation, error) ? error : explain(error);
    },
    hold: runtime.holdProcess,
  });
}
