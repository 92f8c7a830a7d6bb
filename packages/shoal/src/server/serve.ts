import { currentRuntime, hasOwnRuntime } from "../client/process-runtime.ts";
import type { Contract } from "../contract/contract.ts";
import type { OperationDraft } from "../contract/operation.ts";
import type { HandlersSource } from "./handlers.ts";
import { resolveServeOptions, type ServeOptions } from "./options.ts";
import { isMainFile, selfStart } from "./self-start.ts";
import { createServed, type Served } from "./served.ts";

/**
 * A service: a contract and the handlers that keep it. The file Node was asked to run listens by itself, right after
 * its top level has run; imported elsewhere, nothing happens until `listen()`.
 *
 * @param handlers One function for each operation, or a function that makes them: it runs once, before listening.
 * @param options See ServeOptions; all have defaults. Throws OPTION_INVALID.
 */
export function serve<const Ops extends Readonly<Record<string, OperationDraft>>>(
  contract: Contract<Ops>,
  handlers: HandlersSource<Ops>,
  options?: Partial<ServeOptions>,
): Served<Contract<Ops>> {
  const served = createServed({ contract, handlers, options: resolveServeOptions(options) });
  let explicit = false;
  // Inside a simulator whoever made the runtime says when to listen; a group's services start as they would apart.
  const member = hasOwnRuntime() ? currentRuntime().member : undefined;
  if (member === undefined ? !hasOwnRuntime() && isMainFile(2) : isMainFile(2, member.file)) {
    const start = member?.start ?? selfStart;
    setImmediate(() => {
      if (!explicit) void start(served.listen);
    });
  }
  return {
    ...served,
    listen(given) {
      explicit = true;
      return served.listen(given);
    },
  };
}
