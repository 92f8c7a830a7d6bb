import type { Contract } from "../contract/contract.ts";
import type { HandlerInput, HandlerReply, Operation, OperationDraft } from "../contract/operation.ts";
import { isStreamed } from "../contract/stream.ts";
import type { Context } from "../core/context.ts";
import { shoalError } from "../core/errors.ts";
import { itemsOf } from "./items.ts";
import type { Life } from "./life.ts";
import type { AnyHandler } from "./operation-service.ts";

type Drafts = Readonly<Record<string, OperationDraft>>;

/** One function for each operation of a contract. */
export type Handlers<Ops extends Drafts> = {
  readonly [Name in keyof Ops]: (
    input: HandlerInput<Ops[Name]["spec"]>,
    context: Context,
  ) => HandlerReply<Ops[Name]["spec"]> | Promise<HandlerReply<Ops[Name]["spec"]>>;
};

/** Handlers, or what makes them: it may open a database first, and may be asynchronous. */
export type HandlersSource<Ops extends Drafts> =
  | Handlers<Ops>
  | ((life: Life) => Handlers<Ops> | Promise<Handlers<Ops>>);

/**
 * Finds the handler of an operation; that of one which streams returns `Items`. Throws SERVICE_FAILED when one is
 * missing, or stands for no operation.
 */
export function handlerTable(contract: Contract, handlers: unknown): (operation: string) => AnyHandler {
  const given = (typeof handlers === "object" && handlers !== null ? handlers : {}) as Record<string, unknown>;
  const operations = Object.keys(contract.operations);
  const missing = operations.filter((name) => typeof given[name] !== "function");
  const extra = Object.keys(given).filter(
    (name) => typeof given[name] === "function" && !Object.hasOwn(contract.operations, name),
  );
  if (missing.length + extra.length > 0) {
    const parts = [
      missing.length > 0 ? `has no handler for ${missing.join(", ")}` : "",
      extra.length > 0 ? `has a handler for ${extra.join(", ")}, which its contract does not know` : "",
    ];
    throw shoalError("SERVICE_FAILED", {
      message: `${contract.name} ${parts.filter((part) => part !== "").join(" and ")}`,
      hint: "Give serve() exactly one function for each operation of the contract.",
    });
  }
  const streamed = new Set(operations.filter((name) => isStreamed(contract.operations[name] as Operation)));
  // Called as a method, so that handlers may be an instance of a class.
  return (operation) => {
    const call: AnyHandler = (input, context) => (given[operation] as AnyHandler).call(given, input, context);
    if (!streamed.has(operation)) return call;
    return (input, context) => itemsOf(() => call(input, context), `${contract.name}.${operation}`);
  };
}
