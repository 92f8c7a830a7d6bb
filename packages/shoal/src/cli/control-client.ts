import { codecOf, type Input } from "../contract/codec.ts";
import type { ConsumerReply, InputArgument, Operation } from "../contract/operation.ts";
import { errorOfReply } from "../contract/problem.ts";
import { controlContract } from "../control/api/contract.ts";
import { shoalError } from "../core/errors.ts";

type Operations = typeof controlContract.operations;

/** The control plane's API, typed. Throws CONTROL_UNREACHABLE when it does not answer. */
export type ControlClient = {
  readonly [Name in keyof Operations]: (
    input?: InputArgument<Operations[Name]["spec"]>,
    options?: { readonly signal?: AbortSignal },
  ) => Promise<ConsumerReply<Operations[Name]["spec"]>>;
};

/** The only way of the command line to the control plane. @param address Such as "http://127.0.0.1:4400". */
export function connectControl(address: string): ControlClient {
  const entries = Object.values(controlContract.operations).map((operation) => [
    operation.name,
    (input: Input = {}, options: { readonly signal?: AbortSignal } = {}) =>
      send(address, operation, input, options.signal),
  ]);
  return Object.fromEntries(entries) as ControlClient;
}

const ANSWER_MS = 10_000;

async function send(address: string, operation: Operation, input: Input, signal: AbortSignal | undefined) {
  const codec = codecOf(operation);
  const { method, target, headers, body } = codec.encodeRequest(input);
  const limits = AbortSignal.timeout(ANSWER_MS);
  let reply: Response;
  let bytes: Uint8Array;
  try {
    reply = await fetch(new URL(target, address), {
      method,
      headers,
      body: (body as Uint8Array<ArrayBuffer> | undefined) ?? null,
      signal: signal ? AbortSignal.any([signal, limits]) : limits,
    });
    bytes = new Uint8Array(await reply.arrayBuffer());
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw shoalError("CONTROL_UNREACHABLE", { message: `the control plane does not answer at ${address}`, cause });
  }
  const message = { status: reply.status, headers: Object.fromEntries(reply.headers), body: undefined };
  if (reply.status !== operation.status) throw errorOfReply(message, bytes, "the control plane");
  const decoded = await codec.decodeReply(message, bytes);
  if (!decoded.ok) throw decoded.error;
  return decoded.value;
}
