import { operations } from "virtual:control-operations";
import type { ConsumerReply, InputArgument, Operation } from "../../../packages/shoal/src/contract/operation.ts";
import type { controlContract } from "../../../packages/shoal/src/control/api/contract.ts";
import { ApiError, unreachable } from "./api-error.ts";
import { queryOf } from "./query-of.ts";

type Operations = typeof controlContract.operations;
type SpecOf<Name extends keyof Operations> = Operations[Name] extends Operation<infer Spec> ? Spec : never;
type Method<Name extends keyof Operations> = (
  ...args: undefined extends InputArgument<SpecOf<Name>>
    ? [input?: InputArgument<SpecOf<Name>>, signal?: AbortSignal]
    : [input: InputArgument<SpecOf<Name>>, signal?: AbortSignal]
) => Promise<ConsumerReply<SpecOf<Name>>>;

/** The control plane's contract, callable from the browser. Rejects with ApiError. */
type Control = { readonly [Name in keyof Operations]: Method<Name> };

interface Input {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

export const control = Object.fromEntries(
  Object.entries(operations).map(([name, { method, path }]) => [
    name,
    (input: Input = {}, signal?: AbortSignal) => send(method, addressOf(path, input), input.body, signal),
  ]),
) as unknown as Control;

function addressOf(path: string, { params = {}, query = {} }: Input): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? "")) + queryOf(query);
}

async function send(method: string, url: string, body: unknown, signal: AbortSignal | undefined): Promise<unknown> {
  const reply = await fetch(url, {
    method,
    signal: signal ?? null,
    // Always of a type that no form of another page can have: the control plane refuses those.
    headers: { accept: "application/json", "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw signal?.aborted ? cause : unreachable();
  });
  if (!reply.ok) throw new ApiError(reply.status, await reply.json().catch(() => ({})));
  return reply.status === 204 ? undefined : reply.json();
}
