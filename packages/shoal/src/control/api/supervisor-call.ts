import type { IncomingMessage } from "node:http";
import { codecOf } from "../../contract/codec.ts";
import { errorOfReply } from "../../contract/problem.ts";
import { messageOf, shoalError } from "../../core/errors.ts";
import { type HttpReply, readBody } from "../../core/message.ts";
import { supervisorContract } from "./contract.ts";

// Not by `import`, whose view of node:http loads all of fetch and WebSocket with it.
const { request: httpRequest } = process.getBuiltinModule("node:http");

/** What can be asked of a supervisor. */
export type SupervisorCommand = keyof typeof supervisorContract.operations;

/** Asks a supervisor; the ids of the instances it is about. */
export type SupervisorCall = (
  address: string,
  command: SupervisorCommand,
  service: string,
) => Promise<readonly string[]>;

/** It answers before it has done what it was asked: slower than this it hangs. */
const ANSWER_MS = 5_000;
const REPLY_BYTES_MAX = 1_048_576;

/**
 * One request over a connection of its own. The stack of `use` would bring nothing: there is one address, known, and a
 * restart that may have begun must not be tried again. Throws what the supervisor answers, or UPSTREAM_FAILED.
 */
export const callSupervisor: SupervisorCall = async (address, command, service) => {
  const operation = supervisorContract.operations[command];
  const codec = codecOf(operation);
  const { method, target, headers } = codec.encodeRequest({ params: { service } });
  const { reply, bytes } = await exchange(new URL(target, address), method, headers).catch((cause: unknown) => {
    throw shoalError("UPSTREAM_FAILED", {
      message: `the supervisor at ${address} did not answer: ${messageOf(cause)}`,
      hint: "See whether `shoal up` still runs.",
      cause,
    });
  });
  if (reply.status !== operation.status) throw errorOfReply(reply, bytes, "the supervisor");
  const decoded = await codec.decodeReply(reply, bytes);
  if (!decoded.ok) throw decoded.error;
  return (decoded.value as { readonly instances: readonly string[] }).instances;
};

interface Exchange {
  readonly reply: HttpReply;
  readonly bytes: Uint8Array;
}

function exchange(url: URL, method: string, headers: Readonly<Record<string, string>>): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const outgoing = httpRequest(url, { method, headers: { ...headers, "content-length": "0" }, agent: false, signal });
    outgoing.once("error", reject);
    outgoing.once("response", (incoming: IncomingMessage) => {
      const reply = {
        status: incoming.statusCode ?? 0,
        headers: incoming.headers as HttpReply["headers"],
        body: undefined,
      };
      readBody(incoming, REPLY_BYTES_MAX).then((bytes) => resolve({ reply, bytes }), reject);
    });
    outgoing.end();
  });
}
