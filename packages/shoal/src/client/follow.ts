import { codecOf, type OperationCodec } from "../contract/codec.ts";
import type { Link, LinkSchema } from "../contract/link.ts";
import type { ConsumerReply, Operation, OperationSpec } from "../contract/operation.ts";
import { shoalError } from "../core/errors.ts";
import { type CallOptions, callOperation } from "./call-operation.ts";
import type { CallPolicy } from "./policy.ts";
import { policyOf } from "./policy-overrides.ts";
import { currentRuntime } from "./process-runtime.ts";
import { parseServiceUrl } from "./service-url.ts";

const codecs = new WeakMap<Operation, OperationCodec>();

/** How one link is followed. */
export interface FollowOptions extends CallOptions {
  readonly policy?: CallPolicy | undefined;
}

/**
 * Gets what a link of a reply points to, typed by the link's schema, with everything that a call gets.
 * Throws REQUEST_INVALID when the text is no link to the schema's service; else what a consumer's method throws.
 */
export async function follow<Spec extends OperationSpec>(
  schema: LinkSchema<Spec>,
  link: Link<Spec>,
  options: FollowOptions = {},
): Promise<ConsumerReply<Spec>> {
  const { policy, ...given } = options;
  const operation: Operation = schema.operation;
  const url = parseServiceUrl(link);
  if (url?.service !== operation.service) {
    const target = `${operation.service}.${operation.name}`;
    throw shoalError("REQUEST_INVALID", { message: `not a link to ${target}: "${link}"` });
  }
  const codec = codecs.get(operation) ?? codecOf(operation);
  codecs.set(operation, codec);
  const request = { method: operation.method, target: url.target, headers: {}, body: undefined };
  const resolved = policyOf(currentRuntime(), operation.service, operation.name, policy);
  const reply = await callOperation({ operation, codec, policy: resolved }, request, given);
  return reply as ConsumerReply<Spec>;
}
