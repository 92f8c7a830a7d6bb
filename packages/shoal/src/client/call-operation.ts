import type { OperationCodec } from "../contract/codec.ts";
import type { Operation } from "../contract/operation.ts";
import { errorOfReply } from "../contract/problem.ts";
import type { Context } from "../core/context.ts";
import type { ShoalError } from "../core/errors.ts";
import { type HttpReply, type HttpRequest, readBody } from "../core/message.ts";
import { failure } from "../core/outcome.ts";
import { randomHex } from "../core/trace-context.ts";
import { HEADER } from "../core/wire.ts";
import { sensitiveOf } from "../telemetry/redact-sensitive.ts";
import { type Call, nameOf } from "./call.ts";
import { callError } from "./call-error.ts";
import { clientFor, type Ended } from "./client.ts";
import { type CallSettings, type ResolvedPolicy, resolveCall } from "./policy.ts";
import { currentRuntime } from "./process-runtime.ts";
import type { Runtime } from "./runtime.ts";

/** How one call differs from its consumer's policy, and what it is made for. */
export interface CallOptions extends Partial<CallSettings> {
  /** Ends the call: it rejects with CANCELLED, and no further attempt is made. */
  readonly signal?: AbortSignal | undefined;
  /** Sent instead of a generated one, so that a later repetition of the whole call is known for one. */
  readonly idempotencyKey?: string | undefined;
  /** The request it is made for: its deadline, trace and cancellation are inherited. Default: that of the running handler. */
  readonly context?: Context | undefined;
}

/** An operation, ready to be called. */
export interface Callable {
  readonly operation: Operation;
  readonly codec: OperationCodec;
  readonly policy: ResolvedPolicy;
}

/**
 * Calls an operation with an encoded request and decodes its answer. Rejects with a ShoalError: one that the contract
 * declares keeps its code and details; any other tells, in its details, of the call.
 */
export async function callOperation(
  { operation, codec, policy }: Callable,
  request: HttpRequest,
  options: CallOptions,
): Promise<unknown> {
  const runtime = currentRuntime();
  const { signal, idempotencyKey, context, ...given } = options;
  const ended = await clientFor(runtime, operation.service, policy).call(
    {
      service: operation.service,
      operation: operation.name,
      request: withKey(request, operation, idempotencyKey, runtime),
      idempotent: operation.idempotent,
      settings: Object.keys(given).length === 0 ? policy.call : resolveCall(policy.call, given),
      replyInMemory: true,
      sensitive: sensitiveOf(operation) ?? null,
      errors: operation.spec.errors,
      signal,
    },
    context,
  );
  return decode(operation, codec, ended);
}

/** 128 random bits: what makes a POST or PATCH safe to repeat. The same for every attempt of a call. */
const KEY_WORDS = 4;

function withKey(request: HttpRequest, operation: Operation, given: string | undefined, runtime: Runtime): HttpRequest {
  const { method, idempotent } = operation;
  const needsKey = idempotent && (method === "POST" || method === "PATCH");
  const key = given ?? request.headers[HEADER.idempotencyKey];
  if (key === undefined && !needsKey) return request;
  const value = key ?? randomHex(runtime.ports.random, KEY_WORDS);
  return { ...request, headers: { ...request.headers, [HEADER.idempotencyKey]: value } };
}

async function decode(operation: Operation, codec: OperationCodec, { call, outcome }: Ended): Promise<unknown> {
  if (!outcome.ok) {
    if (outcome.reply === undefined) throw callError(call, outcome);
    const error = await errorIn(outcome.reply, call);
    throw isDeclared(operation, error) ? error : callError(call, outcome, error);
  }
  const { reply } = outcome;
  if (reply.status !== operation.status) {
    const error = await errorIn(reply, call);
    throw isDeclared(operation, error) ? error : answered(call, error);
  }
  const decoded = await codec.decodeReply(reply, await bytesOf(reply, call));
  if (!decoded.ok) throw answered(call, decoded.error);
  return decoded.value;
}

/** True for an answer that the contract names: it is no failure of the call. */
export function isDeclared(operation: Operation, error: ShoalError): boolean {
  return Object.hasOwn(operation.spec.errors ?? {}, error.code);
}

/** An answer that no retry would change, such as a 404 or a reply that breaks the contract. */
function answered(call: Call, error: ShoalError): ShoalError {
  return callError(call, failure("final", error));
}

async function errorIn(reply: HttpReply, call: Call): Promise<ShoalError> {
  return errorOfReply(reply, await bytesOf(reply, call), nameOf(call));
}

/** In memory already, by the call's `replyInMemory`. */
function bytesOf(reply: HttpReply, call: Call): Promise<Uint8Array> {
  return readBody(reply.body, call.settings.replyBytesMax);
}
