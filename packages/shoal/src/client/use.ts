import { codecOf, type Input } from "../contract/codec.ts";
import type { Contract } from "../contract/contract.ts";
import type { ConsumerInput, ConsumerReply, Operation, OperationDraft, OperationSpec } from "../contract/operation.ts";
import { isStreamed } from "../contract/stream.ts";
import { type Callable, type CallOptions, callDirectly, callOperation, NO_OPTIONS } from "./call-operation.ts";
import { clientFor } from "./client.ts";
import { type AnyFallback, checkFallbacks, type Fallbacks, withFallback } from "./fallback.ts";
import type { CallPolicy, ResolvedPolicy } from "./policy.ts";
import { policyOf } from "./policy-overrides.ts";
import { currentRuntime } from "./process-runtime.ts";
import { streamMethodOf } from "./stream-method.ts";

/** One operation, as its consumers call it. The input may be left out when the operation has no parts. */
export type ConsumerMethod<Spec extends OperationSpec> =
  Record<never, never> extends ConsumerInput<Spec>
    ? (input?: ConsumerInput<Spec>, options?: CallOptions) => Promise<ConsumerReply<Spec>>
    : (input: ConsumerInput<Spec>, options?: CallOptions) => Promise<ConsumerReply<Spec>>;

type Drafts = Readonly<Record<string, OperationDraft>>;

/** A service as its consumers see it: a method for each operation of its contract. */
export type Consumer<Ops extends Drafts = Drafts> = { readonly [Name in keyof Ops]: ConsumerMethod<Ops[Name]["spec"]> };

/** The policy of a consumer's calls, and its own answers for when they fail. */
export interface UseOptions<Ops extends Drafts = Drafts> extends CallPolicy {
  /** By operation: answers in place of a call that failed at last. Default: none, the call's error is thrown. */
  readonly fallback?: Fallbacks<Ops> | undefined;
}

type Method = (input?: Input, options?: CallOptions) => Promise<unknown>;

/**
 * A typed consumer of a service. Begins to watch it at once, so that the first call finds its instances.
 *
 * Its methods reject with a ShoalError: an error that the contract declares keeps its code and details; any other
 * names the callee, operation, instance and attempts in its details, and why there was no further attempt.
 * One for an operation that returns a stream resolves with its items, as soon as the first is there.
 * Throws OPTION_INVALID naming what is wrong in the options.
 *
 * @param options Every field has a default: the fleet's policy for this service, else that of `CallPolicy`.
 */
export function use<const Ops extends Drafts>(
  contract: Contract<Ops>,
  options: UseOptions<NoInfer<Ops>> = {},
): Consumer<Ops> {
  const { fallback, ...policy } = options;
  const fallbacks = checkFallbacks(fallback, Object.keys(contract.operations));
  const runtime = currentRuntime();
  clientFor(runtime, contract.name, policyOf(runtime, contract.name, undefined, policy));
  const methods = Object.values<Operation>(contract.operations).map((operation) => {
    const resolved = policyOf(runtime, contract.name, operation.name, policy);
    const make = isStreamed(operation) ? streamMethodOf : methodOf;
    return [operation.name, make(operation, resolved, fallbacks.get(operation.name))] as const;
  });
  return Object.freeze(Object.fromEntries(methods)) as unknown as Consumer<Ops>;
}

const NO_INPUT: Input = Object.freeze({});

function methodOf(operation: Operation, policy: ResolvedPolicy, fallback: AnyFallback | undefined): Method {
  let callable: Callable | undefined; // made on first use: most operations of a consumer are never called
  const call = (input: Input, options: CallOptions) => {
    try {
      callable ??= { operation, codec: codecOf(operation), policy };
      return (
        callDirectly(callable, input, options) ?? callOperation(callable, callable.codec.encodeRequest(input), options)
      );
    } catch (thrown) {
      return Promise.reject(thrown); // what is wrong with input or options; no async function, which costs a promise more
    }
  };
  if (fallback === undefined) return (input = NO_INPUT, options = NO_OPTIONS) => call(input, options);
  return (input = NO_INPUT, options = NO_OPTIONS) =>
    withFallback(call(input, options), operation, (error) => fallback(input, error));
}
