// The registry of a control plane, over HTTP, and nothing else of it.
import { problemReply } from "../../../packages/shoal/src/contract/problem.ts";
import { startRegistry } from "../../../packages/shoal/src/control/registry/start-registry.ts";
import { shoalError } from "../../../packages/shoal/src/core/errors.ts";
import { SILENT_LOG } from "../../../packages/shoal/src/core/log.ts";
import { arrivingContext } from "../../../packages/shoal/src/transport/arrival.ts";
import { listenHttp } from "../../../packages/shoal/src/transport/http-listener.ts";
import { systemClock } from "../../../packages/shoal/src/transport/system-ports.ts";
import { answerParent } from "../rig/answer-parent.ts";

export interface RegistryCommands {
  /** Answers with its URL. 0: any free port. */
  readonly listen: (port: number) => Promise<string>;
  /** Ids of the instances that it knows. */
  readonly instances: () => readonly string[];
}

const registry = startRegistry({ clock: systemClock, log: SILENT_LOG });
const unknown = problemReply(shoalError("OPERATION_UNKNOWN", { message: "only a registry" }), "control");

answerParent<RegistryCommands>({
  async listen(port) {
    const listener = await listenHttp({
      service: "control",
      handler: async (request, context = arrivingContext(new AbortController().signal)) =>
        (await registry.routes(request, context)) ?? unknown,
      host: "127.0.0.1",
      port,
      clock: systemClock,
      log: SILENT_LOG,
    });
    return `http://127.0.0.1:${listener.port}`;
  },
  instances: () => registry.instances().map(({ id }) => id),
});
