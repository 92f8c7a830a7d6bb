import { codecOf, type Input, type OperationCodec } from "../contract/codec.ts";
import type { Contract } from "../contract/contract.ts";
import type { ConsumerInput, ConsumerReply, Operation, OperationDraft, OperationSpec } from "../contract/operation.ts";
import { errorOfReply } from "../contract/problem.ts";
import type { Context } from "../core/context.ts";
import type { ShoalError } from "../core/errors.ts";
import { type HttpReply, type HttpRequest, readBody } from "../core/message.ts";
import { randomHex } from "../core/trace-context.ts";
import { HEADER } from "../core/wire.ts";
import type { Call } from "./call.ts";
import { callError } from "./call-error.ts";
import { clientFor, type Ended } from "./client.ts";
import { type CallPolicy, type CallSettings, type ResolvedPolicy, resolveCall, resolvePolicy } from "./policy.ts";
import { currentRuntime } from "./process-runtime.ts";
import type { Runtime } from "./runtime.ts";

/** How one call differs from its consumer's policy, and what it is made for. */
export interface CallOptions extends Partial<CallSettings> {
  /** Ends the call: it rejects with CANCELLED, and no further attempt is made. */
  readonly signal?: AbortSignal | undefined;
  /** Sent instead of a generated one, so that a repetition of the whole call, later, is known for one. */
  readonly idempotencyKey?: string | undefined;
  /** The request it is made for: its deadline, trace and cancellation are inherited. Default: that of the running handler. */
  readonly context?: Context | undefined;
}

/** One operation, as its consumers call it. The input may be left out when the operation has no parts. */
export type ConsumerMethod<Spec extends OperationSpec> =
  Record<never, never> extends ConsumerInput<Spec>
    ? (input?: ConsumerInput<Spec>, options?: CallOptions) => Promise<ConsumerReply<Spec>>
    : (input: ConsumerInput<Spec>, options?: CallOptions) => Promise<ConsumerReply<Spec>>;

type Drafts = Readonly<Record<string, OperationDraft>>;

/** A service as its consumers see it: a method for each operation of its contract. */
export type Consumer<Ops extends Drafts = Drafts> = { readonly [Name in keyof Ops]: ConsumerMethod<Ops[Name]["spec"]> };

type Method = (input?: Input, options?: CallOptions) => Promise<unknown>;

/**
 * A typed consumer of a service. Begins to watch it at once, so that the first call finds its instances.
 *
 * Its methods reject with a ShoalError: an error that the contract declares keeps its code and details; any other
 * names the callee, operation, instance and attempts in its details, and why there was no further attempt.
 * Throws OPTION_INVALID naming what is wrong in the policy.
 *
 * @param policy Every field has a default: see `CallPolicy`.
 */
export function use<const Ops extends Drafts>(contract: Contract<Ops>, policy?: CallPolicy): Consumer<Ops> {
  const resolved = resolvePolicy(policy);
  clientFor(currentRuntime(), contract.name, resolved);
  const methods = Object.values<Operation>(contract.operations).map(
    (operation) => [operation.name, methodOf(operation, resolved)] as const,
  );
  return Object.freeze(Object.fromEntries(methods)) as Consumer<Ops>;
}

function methodOf(operation: Operation, policy: ResolvedPolicy): Method {
  let codec: OperationCodec | undefined;
  return async (input = {}, options = {}) => {
    codec ??= codecOf(operation);
    const runtime = currentRuntime();
    const { signal, idempotencyKey, context, ...given } = options;
    const ended = await clientFor(runtime, operation.service, policy).call(
      {
        service: operation.service,
        operation: operation.name,
        request: withKey(codec.encodeRequest(input), operation, idempotencyKey, runtime),
        idempotent: operation.idempotent,
        settings: Object.keys(given).length === 0 ? policy.call : resolveCall(policy.call, given),
        replyInMemory: true,
        signal,
      },
      context,
    );
    return decode(operation, codec, ended);
  };
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
    throw isDeclared(operation, error) ? error : detailed(call, error);
  }
  const decoded = await codec.decodeReply(reply, await bytesOf(reply, call));
  if (!decoded.ok) throw detailed(call, decoded.error);
  return decoded.value;
}

function isDeclared(operation: Operation, error: ShoalError): boolean {
  return Object.hasOwn(operation.spec.errors ?? {}, error.code);
}

/** An answer that is no failure of the call, but no success of the operation either, such as a 404. */
function detailed(call: Call, error: ShoalError): ShoalError {
  call.verdict = "it was answered";
  return callError(call, { ok: false, kind: "final", error, reply: undefined, retryAfterMs: undefined });
}

async function errorIn(reply: HttpReply, call: Call): Promise<ShoalError> {
  return errorOfReply(reply, await bytesOf(reply, call), `${call.service}.${call.operation}`);
}

/** In memory already, by the call's `replyInMemory`. */
function bytesOf(reply: HttpReply, call: Call): Promise<Uint8Array> {
  return readBody(reply.body, call.settings.replyBytesMax);
}
