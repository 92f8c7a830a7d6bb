import type { Runtime } from "../../client/runtime.ts";
import { shoalError } from "../../core/errors.ts";
import { drain } from "../../server/drain.ts";
import { createLifecycle } from "../../server/lifecycle.ts";
import { SERVE_DEFAULTS } from "../../server/options.ts";
import type { Served } from "../../server/served.ts";
import type { Handler } from "../../transport/port.ts";

const HOST = "127.0.0.1";

/** What a listening instance is to the world. */
export interface InstanceListening {
  readonly close: () => Promise<void>;
}

/** Listens, registers and resolves when ready; to be called in the instance's runtime. */
export function listenWith(serving: Served | Handler, instance: ListeningParts): Promise<InstanceListening> {
  return typeof serving === "function" ? listenPlain(serving, instance) : serving.listen({ host: HOST, port: 0 });
}

interface ListeningParts {
  readonly id: string;
  readonly service: string;
  readonly runtime: Runtime;
}

/** A plain handler gets what `serve` would give it around the handler: its place in the registry, and a drain. */
async function listenPlain(handler: Handler, { id, service, runtime }: ListeningParts): Promise<InstanceListening> {
  const { ports, log, registry, identity } = runtime;
  if (!runtime.listen) throw shoalError("OPTION_INVALID", { message: `${id} has no listener` });
  const { clock } = ports;
  const listener = await runtime.listen({ service, handler, host: HOST, port: 0, clock, log });
  const { realm, zone, release } = identity;
  const lease = registry.register({
    id,
    service,
    address: `http://${HOST}:${listener.port}`,
    realm,
    zone,
    release,
    contract: "",
  });
  const lifecycle = createLifecycle();
  lifecycle.advance("ready");
  await lease.registered;
  const { drainPropagationMs, drainMs } = SERVE_DEFAULTS;
  const idle = async () => {}; // the listener waits for what is in flight
  return {
    close: () =>
      drain({ lifecycle, lease, closeListener: listener.close, idle, clock, log, drainPropagationMs, drainMs }),
  };
}
