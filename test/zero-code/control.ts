import { problemReply } from "../../packages/shoal/src/contract/problem.ts";
import { startRegistry } from "../../packages/shoal/src/control/registry/start-registry.ts";
import { shoalError } from "../../packages/shoal/src/core/errors.ts";
import { SILENT_LOG } from "../../packages/shoal/src/core/log.ts";
import type { Instance } from "../../packages/shoal/src/discovery/instance.ts";
import { arrivingContext } from "../../packages/shoal/src/transport/arrival.ts";
import { listenHttp } from "../../packages/shoal/src/transport/http-listener.ts";
import { systemClock } from "../../packages/shoal/src/transport/system-ports.ts";

/** The registry of the control plane, and nothing else of it, over real HTTP. */
export interface TestControl extends AsyncDisposable {
  readonly url: string;
  readonly instances: () => readonly Instance[];
}

export async function startControl(): Promise<TestControl> {
  const registry = startRegistry({ clock: systemClock, log: SILENT_LOG });
  const unknown = problemReply(shoalError("OPERATION_UNKNOWN", { message: "only a registry" }), "control");
  const listener = await listenHttp({
    service: "control",
    handler: async (request, context = arrivingContext(new AbortController().signal)) =>
      (await registry.routes(request, context)) ?? unknown,
    host: "127.0.0.1",
    port: 0,
    clock: systemClock,
    log: SILENT_LOG,
  });
  return {
    url: `http://127.0.0.1:${listener.port}`,
    instances: registry.instances,
    async [Symbol.asyncDispose]() {
      registry.close();
      await listener.close(0);
    },
  };
}
