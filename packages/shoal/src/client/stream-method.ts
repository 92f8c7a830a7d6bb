import { codecOf, type Input, type OperationCodec } from "../contract/codec.ts";
import type { Operation } from "../contract/operation.ts";
import type { CallOptions } from "./call-operation.ts";
import { type AnyFallback, withFallback } from "./fallback.ts";
import type { ResolvedPolicy } from "./policy.ts";

let loading: Promise<typeof import("./stream-operation.ts")> | undefined;

/** Loads what reads streams: with the first call of one, because most processes call none. */
export function loadStreamOperation(): Promise<typeof import("./stream-operation.ts")> {
  loading ??= import("./stream-operation.ts");
  return loading;
}

/** A consumer's method for an operation that streams. A fallback stands in for a call that failed before its first item. */
export function streamMethodOf(operation: Operation, policy: ResolvedPolicy, fallback: AnyFallback | undefined) {
  let codec: OperationCodec | undefined; // made on first use: most operations of a consumer are never called
  return async (input: Input = {}, options: CallOptions = {}): Promise<unknown> => {
    codec ??= codecOf(operation);
    const callable = { operation, codec, policy };
    const request = codec.encodeRequest(input);
    const reply = loadStreamOperation().then(({ callStream }) => callStream(callable, request, options));
    return fallback === undefined ? reply : withFallback(reply, operation, (error) => fallback(input, error));
  };
}
