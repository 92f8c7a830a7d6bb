import type { Input, OperationCodec } from "../../contract/codec.ts";
import type { DirectCodec } from "../../contract/direct-codec.ts";
import type { Operation } from "../../contract/operation.ts";
import type { MadeCall } from "../call.ts";
import type { ResolvedPolicy } from "../policy.ts";

/** An operation, as far as the short way goes by it. */
export interface DirectCallable {
  readonly operation: Operation;
  readonly codec: OperationCodec;
  readonly policy: ResolvedPolicy;
  /** For calls without a message; null when there are none, undefined before the first. */
  direct?: DirectCodec | null | undefined;
}

/** Makes a call the whole way. */
export type WholeWay = (callable: DirectCallable, input: Input, made: MadeCall) => Promise<unknown>;
