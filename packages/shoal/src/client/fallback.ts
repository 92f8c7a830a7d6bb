import type { Input } from "../contract/codec.ts";
import type { ConsumerInput, ConsumerReply, Operation, OperationDraft, OperationSpec } from "../contract/operation.ts";
import { isShoalError, type ShoalError } from "../core/errors.ts";
import { checkOption } from "../core/options.ts";
import { isDeclared } from "./call-operation.ts";
import { currentRuntime } from "./process-runtime.ts";
import { noterOf } from "./runtime.ts";

/** What the caller answers itself when the call has failed, such as an older or a partial answer. */
export type Fallback<Spec extends OperationSpec> = (
  input: ConsumerInput<Spec>,
  error: ShoalError,
) => ConsumerReply<Spec> | Promise<ConsumerReply<Spec>>;

/** Fallbacks of a consumer, by operation. */
export type Fallbacks<Ops extends Readonly<Record<string, OperationDraft>>> = {
  readonly [Name in keyof Ops]?: Fallback<Ops[Name]["spec"]> | undefined;
};

/** A fallback, its types forgotten. */
export type AnyFallback = (input: Input, error: ShoalError) => unknown;

/** The fallback of each operation that has one. Throws OPTION_INVALID naming what is none, or is of no operation. */
export function checkFallbacks(given: object | undefined, names: readonly string[]): ReadonlyMap<string, AnyFallback> {
  const entries = Object.entries(given ?? {}).filter(([, fallback]) => fallback !== undefined);
  for (const [name, fallback] of entries) {
    checkOption(names.includes(name), "fallback", `of one of the operations ${names.join(", ")}`, name);
    checkOption(typeof fallback === "function", `fallback.${name}`, "a function", fallback);
  }
  return new Map(entries);
}

/**
 * Answers with the fallback when the call has failed at last. An error that the contract declares is an answer, and is
 * handed on; so is the error of a caller that left by itself, or that asked wrongly. What the fallback throws is thrown,
 * with the call's error as its cause unless it names another.
 */
export async function withFallback(
  reply: Promise<unknown>,
  operation: Operation,
  fallback: (error: ShoalError) => unknown,
): Promise<unknown> {
  try {
    return await reply;
  } catch (error) {
    if (!isShoalError(error) || OWN_DOING.has(error.code) || isDeclared(operation, error)) throw error;
    noterOf(currentRuntime(), operation.service)("fallback");
    return standIn(fallback, error);
  }
}

const OWN_DOING: ReadonlySet<string> = new Set(["CANCELLED", "OPTION_INVALID"]);

async function standIn(fallback: (error: ShoalError) => unknown, error: ShoalError): Promise<unknown> {
  try {
    return await fallback(error);
  } catch (thrown) {
    if (thrown instanceof Error && thrown !== error && thrown.cause === undefined && Object.isExtensible(thrown)) {
      thrown.cause = error;
    }
    throw thrown;
  }
}
