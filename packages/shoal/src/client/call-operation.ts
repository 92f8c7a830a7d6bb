import type { Input, OperationCodec } from "../contract/codec.ts";
import type { Operation } from "../contract/operation.ts";
import { errorOfReply } from "../contract/problem.ts";
import type { Context } from "../core/context.ts";
import type { ShoalError } from "../core/errors.ts";
import { type HttpReply, type HttpRequest, readBody } from "../core/message.ts";
import { failure, type Outcome } from "../core/outcome.ts";
import { randomHex } from "../core/trace-context.ts";
import { HEADER } from "../core/wire.ts";
import { sensitiveOf } from "../telemetry/redact-sensitive.ts";
import { type Call, type MadeCall, nameOf } from "./call.ts";
import { callError } from "./call-error.ts";
import { clientFor, type ServiceClient } from "./client.ts";
import type { DirectCallable, WholeWay } from "./direct/direct-callable.ts";
import { type CallSettings, resolveCall } from "./policy.ts";
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
export interface Callable extends DirectCallable {
  /** The client that its last call went through. */
  known?: { readonly runtime: Runtime; readonly client: ServiceClient } | undefined;
}

/** Calls an operation of a service in this process; undefined when the call has to go the whole way, and nothing was done. */
export function callDirectly(callable: Callable, input: Input, options: CallOptions): Promise<unknown> | undefined {
  if (options !== NO_OPTIONS) return undefined;
  return clientOf(callable, currentRuntime()).direct(callable, input, wholeWay);
}

const wholeWay: WholeWay = (callable, input, made) =>
  callOperation(callable, callable.codec.encodeRequest(input), NO_OPTIONS, made);

/**
 * Calls an operation with an encoded request and decodes its answer. Rejects with a ShoalError: one that the contract
 * declares keeps its code and details; any other tells, in its details, of the call.
 */
export function callOperation(
  callable: Callable,
  request: HttpRequest,
  options: CallOptions,
  made?: MadeCall,
): Promise<unknown> {
  const { operation, policy } = callable;
  const runtime = currentRuntime();
  return clientOf(callable, runtime).callThen(
    {
      service: operation.service,
      operation: operation.name,
      request: withKey(request, operation, options.idempotencyKey, runtime),
      idempotent: operation.idempotent,
      settings: options === NO_OPTIONS ? policy.call : settingsOf(policy.call, options),
      replyInMemory: true,
      sensitive: sensitiveOf(operation) ?? null,
      errors: operation.spec.errors,
      signal: options.signal,
      made,
    },
    options.context,
    (call, outcome) => decode(callable, call, outcome),
  );
}

/** Of a call that asks for nothing of its own, as most do. */
export const NO_OPTIONS: CallOptions = Object.freeze({});

function settingsOf(policy: CallSettings, { signal, idempotencyKey, context, ...given }: CallOptions): CallSettings {
  return Object.keys(given).length === 0 ? policy : resolveCall(policy, given);
}

/** Kept with the operation: to find it costs three lookups, and it is nearly always the one of the call before. */
function clientOf(callable: Callable, runtime: Runtime): ServiceClient {
  const { known, operation, policy } = callable;
  if (known?.runtime === runtime && !known.client.isClosed()) return known.client;
  const client = clientFor(runtime, operation.service, policy);
  callable.known = { runtime, client };
  return client;
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

/** No async function: the answer of nearly every call is in memory, and checked at once. */
function decode({ operation, codec }: Callable, call: Call, outcome: Outcome<HttpReply>): unknown | Promise<unknown> {
  if (!outcome.ok || outcome.reply.status !== operation.status) return refused(operation, call, outcome);
  const { reply } = outcome;
  const { body } = reply;
  const isHeld = body instanceof Uint8Array && body.byteLength <= call.settings.replyBytesMax;
  const decoded = isHeld
    ? codec.decodeReply(reply, body)
    : bytesOf(reply, call).then((bytes) => codec.decodeReply(reply, bytes));
  return decoded instanceof Promise ? decoded.then((value) => checked(call, value)) : checked(call, decoded);
}

function checked(call: Call, decoded: Awaited<ReturnType<OperationCodec["decodeReply"]>>): unknown {
  if (!decoded.ok) throw answered(call, decoded.error);
  return decoded.value;
}

/** Throws what the call failed with, or the error that it was answered with. */
async function refused(operation: Operation, call: Call, outcome: Outcome<HttpReply>): Promise<never> {
  if (outcome.ok) {
    const error = await errorIn(outcome.reply, call);
    throw isDeclared(operation, error) ? error : answered(call, error);
  }
  if (outcome.reply === undefined) throw callError(call, outcome);
  const error = await errorIn(outcome.reply, call);
  throw isDeclared(operation, error) ? error : callError(call, outcome, error);
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
