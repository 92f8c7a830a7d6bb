import { AsyncLocalStorage } from "node:async_hooks";
import { currentRuntime, withRuntime } from "../client/process-runtime.ts";
import type { Runtime } from "../client/runtime.ts";
import type { Contract } from "../contract/contract.ts";
import { problemReply } from "../contract/problem.ts";
import { schemaGapsOf } from "../contract/schema-gaps.ts";
import { isShoalError, messageOf, type ShoalError, shoalError } from "../core/errors.ts";
import { type SupervisorMessage, tellSupervisor } from "../discovery/supervisor-line.ts";
import type { Handler } from "../transport/port.ts";
import { type Assembled, assemble } from "./assemble.ts";
import { handlerTable } from "./handlers.ts";
import { createLife, type Life, type OwnLife } from "./life.ts";
import { type Listening, type ListenOptions, listen } from "./listen.ts";
import type { AnyHandler } from "./operation-service.ts";
import type { ServeOptions } from "./options.ts";

/** A contract with the handlers that keep it. */
export interface Served<C extends Contract = Contract> {
  readonly contract: C;
  /** The whole server but its sockets: for tests, and for services called within one process. Never rejects. */
  readonly handle: Handler;
  /**
   * Makes the handlers, listens, registers, and tells the supervisor. Throws SERVICE_FAILED when the handlers cannot be
   * made, PORT_TAKEN, OPTION_INVALID, or CONFIG_INVALID when the fleet knows this process under another name.
   */
  readonly listen: (options?: ListenOptions) => Promise<Listening>;
}

export interface ServedParts<C extends Contract> {
  readonly contract: C;
  /** Handlers, or a function that makes them. */
  readonly handlers: unknown;
  readonly options: ServeOptions;
  readonly tell?: (message: SupervisorMessage) => void;
}

/** The handlers in one runtime, and what ends with them. */
interface Made {
  readonly own: OwnLife;
  readonly table: Promise<(operation: string) => AnyHandler>;
}

/** Makes a Served. Nothing runs before `listen` or the first request; the handlers are made once for each runtime. */
export function createServed<C extends Contract>(parts: ServedParts<C>): Served<C> {
  const { contract, options } = parts;
  /** The first request may come out of another service's call: the runtime is the one around serve(), not around that. */
  const inPlace = AsyncLocalStorage.snapshot();
  /** One for each runtime: two instances in one process must share no more than two processes would. */
  const made = new WeakMap<Runtime, Made>();
  let detached: Promise<Assembled> | undefined;

  const madeFor = (runtime: Runtime): Made => {
    const before = made.get(runtime);
    if (before) return before;
    const own = createLife(runtime.ports.clock, runtime.log);
    const now = { own, table: makeHandlers(parts, runtime, own.life) };
    made.set(runtime, now);
    return now;
  };
  const build = async (runtime: Runtime): Promise<Assembled> => {
    const handlerOf = await madeFor(runtime).table;
    const inRuntime = (operation: string): AnyHandler => {
      const handler = handlerOf(operation);
      // Nearly always it is current already, and each change of it costs as much as a filter.
      return (input, context) =>
        currentRuntime() === runtime ? handler(input, context) : withRuntime(runtime, () => handler(input, context));
    };
    return assemble({ contract, handlerOf: inRuntime, options, runtime });
  };
  const buildDetached = async (): Promise<Assembled> => {
    const assembled = await build(inPlace(currentRuntime));
    assembled.lifecycle.advance("ready");
    return assembled;
  };

  return {
    contract,
    async handle(request, context) {
      let assembled: Assembled;
      try {
        detached ??= buildDetached();
        assembled = await detached;
      } catch (cause) {
        return problemReply(failed(contract.name, cause), contract.name);
      }
      return assembled.handle(request, context);
    },
    async listen(given) {
      const runtime = currentRuntime();
      const tell = parts.tell ?? runtime.member?.tell ?? tellSupervisor;
      try {
        const assembled = await build(runtime);
        const { own } = madeFor(runtime);
        warnOfGaps(contract, runtime);
        return await listen({ service: contract.name, assembled, runtime, options, tell, life: own }, given);
      } catch (cause) {
        tell({ kind: "failed", message: messageOf(cause) });
        throw cause;
      }
    },
  };
}

async function makeHandlers({ contract, handlers }: ServedParts<Contract>, runtime: Runtime, life: Life) {
  try {
    const made = typeof handlers === "function" ? await withRuntime(runtime, () => handlers(life)) : handlers;
    return handlerTable(contract, made);
  } catch (cause) {
    throw failed(contract.name, cause);
  }
}

function warnOfGaps(contract: Contract, { log }: Runtime): void {
  const parts = schemaGapsOf(contract);
  if (parts.length === 0) return;
  log.warn("schemas without a JSON Schema: their values stay text, and the OpenAPI document lacks them", {
    parts: parts.join(", "),
    hint: "Valibot: wrap each in toStandardJsonSchema() of @valibot/to-json-schema.",
  });
}

function failed(service: string, cause: unknown): ShoalError {
  if (isShoalError(cause)) return cause;
  return shoalError("SERVICE_FAILED", {
    message: `${service} could not make its handlers: ${messageOf(cause)}`,
    hint: "The cause below has the place in the code.",
    cause,
  });
}
