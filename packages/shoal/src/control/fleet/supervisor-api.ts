import { withRuntime } from "../../client/process-runtime.ts";
import type { Runtime } from "../../client/runtime.ts";
import { SILENT_LOG } from "../../core/log.ts";
import { nearestName } from "../../core/names.ts";
import { type Ports, stack } from "../../core/service.ts";
import { identityFrom } from "../../discovery/identity.ts";
import { staticRegistry } from "../../discovery/static-registry.ts";
import { serve } from "../../server/serve.ts";
import { NO_METER } from "../../telemetry/meter.ts";
import { listenHttp } from "../../transport/http-listener.ts";
import { supervisorContract } from "../api/contract.ts";
import { guard } from "../guard.ts";

/** What may be asked of a supervisor. Each returns the ids of the service's instances; throws SERVICE_UNKNOWN. */
export interface SupervisorCommands {
  /** Restarts a service: one instance after the other, each ready before the next is touched. */
  readonly restart: (service: string) => readonly string[];
  /** A stopped service stays stopped until it is started. */
  readonly stopService: (service: string) => readonly string[];
  readonly startService: (service: string) => readonly string[];
}

export interface SupervisorApi {
  /** Such as "http://127.0.0.1:4401". */
  readonly address: string;
  readonly close: () => Promise<void>;
}

const HOST = "127.0.0.1";

/**
 * Takes commands from the control plane, on loopback.
 * @param services Known names, for the error of an unknown one.
 * Throws PORT_TAKEN.
 */
export async function serveSupervisor(
  ports: Ports,
  port: number,
  services: readonly string[],
  commands: SupervisorCommands,
): Promise<SupervisorApi> {
  const handlerOf = (command: (service: string) => readonly string[]) => {
    return ({ params: { service } }: { readonly params: { readonly service: string } }) => {
      if (services.includes(service)) return { instances: [...command(service)] };
      throw supervisorContract.errors.serviceUnknown({ service, nearest: nearestName(service, services) ?? null });
    };
  };
  const served = withRuntime(quietRuntime(ports), () => {
    return serve(supervisorContract, {
      restart: handlerOf(commands.restart),
      stop: handlerOf(commands.stopService),
      start: handlerOf(commands.startService),
    });
  });
  let bound = port;
  const listener = await listenHttp({
    service: supervisorContract.name,
    handler: stack([guard(supervisorContract.name, { port: () => bound })], served.handle),
    host: HOST,
    port,
    clock: ports.clock,
    log: SILENT_LOG,
  });
  bound = listener.port;
  return { address: `http://${HOST}:${bound}`, close: async () => void (await listener.close(CLOSE_MS)) };
}

/** Commands are answered at once: nothing is worth waiting for. */
const CLOSE_MS = 100;

/** It is no service of the fleet: nobody finds it through the registry, and it calls nobody. */
function quietRuntime(ports: Ports): Runtime {
  return {
    ports,
    identity: identityFrom({}, process.pid),
    transport: {
      connect() {
        throw new Error("a supervisor calls no service");
      },
    },
    registry: staticRegistry([]),
    meter: NO_METER,
    log: SILENT_LOG,
  };
}
