import { use } from "shoal";
import { processRuntime, withRuntime } from "../../../../packages/shoal/src/client/process-runtime.ts";
import type { Transport } from "../../../../packages/shoal/src/transport/port.ts";
import { leaf } from "../../leaf-contract.ts";
import type { Client, ClientOptions } from "./client.ts";

/** The product's client. A runtime of its own gives each its own connections, balances, budgets and ejections. */
export function shoalClient({ policy }: ClientOptions, counted: (transport: Transport) => Transport): Client {
  const ofProcess = processRuntime();
  const runtime = { ...ofProcess, transport: counted(ofProcess.transport) };
  const consumer = withRuntime(runtime, () => use(leaf, policy));
  return {
    work: (options) => withRuntime(runtime, () => consumer.work({}, options)),
    order: (id) => withRuntime(runtime, () => consumer.order({ body: { id } })),
  };
}
