import type { Server } from "node:http";
import type { Identity } from "../../discovery/identity.ts";
import { tellSupervisor } from "../../discovery/supervisor-line.ts";
import { systemPorts } from "../../transport/system-ports.ts";
import { createCitizen } from "./citizen.ts";
import { DRAIN_DEFAULTS } from "./drain.ts";
import { chooseFrontServer } from "./front-server.ts";
import { patchListen } from "./patch-servers.ts";
import { beforeProcessEnds, interceptProcessSignals } from "./process-signals.ts";
import type { Report } from "./report.ts";

export interface AdoptParts {
  readonly env: NodeJS.ProcessEnv;
  readonly identity: Identity;
  readonly report: Report;
}

export interface ServerAdoption {
  /** Adopts the servers of a class from now on. */
  readonly follow: (prototype: Server) => void;
}

/** Adopts each server that the app of this process listens with, and registers the one that is the service's. */
export function adoptServers({ env, identity, report }: AdoptParts): ServerAdoption {
  const citizen = createCitizen({
    ports: systemPorts,
    identity,
    runtime: async () => (await import("../../client/process-runtime.ts")).processRuntime(),
    tell: (message) => tellSupervisor(message, env),
    flush: async () => (await import("../../telemetry/process-telemetry.ts")).flushProcessTelemetry(),
    report,
    drain: DRAIN_DEFAULTS,
  });
  const front = chooseFrontServer({
    clock: systemPorts.clock,
    port: Number(env["PORT"]) || undefined,
    takesOther: isOwner(env),
    onChosen(address) {
      beforeProcessEnds(citizen.leave);
      void citizen.join(address);
    },
  });
  interceptProcessSignals(env);
  return {
    follow: (prototype) =>
      patchListen(prototype, (server) => {
        try {
          if (citizen.adopt(server)) server.once("listening", () => front.listening(server));
        } catch (cause) {
          report("a server could not be adopted", cause);
        }
      }),
  };
}

/**
 * True in the process that the supervisor started. Children that it forks inherit everything, these surroundings
 * included; what they listen on is the service only if it is on $PORT, as with the workers of a cluster.
 */
function isOwner(env: NodeJS.ProcessEnv): boolean {
  const owner = env["SHOAL_OWNER_PID"];
  if (owner === undefined) env["SHOAL_OWNER_PID"] = String(process.pid);
  return owner === undefined || owner === String(process.pid);
}
