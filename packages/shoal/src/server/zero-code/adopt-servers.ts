import type { Server } from "node:http";
import type { Identity } from "../../discovery/identity.ts";
import { tellSupervisor } from "../../discovery/supervisor-line.ts";
import { systemPorts } from "../../transport/system-ports.ts";
import { createCitizen } from "./citizen.ts";
import { DRAIN_DEFAULTS } from "./drain.ts";
import { chooseFrontServer } from "./front-server.ts";
import { beforeProcessEnds } from "./process-signals.ts";
import type { Report } from "./report.ts";

export interface AdoptParts {
  readonly env: NodeJS.ProcessEnv;
  readonly identity: Identity;
  readonly report: Report;
}

/**
 * Surrounds each server that the app of this process listens with, and registers the one that is the service's.
 * @returns To be called with a server before it listens.
 */
export function adoptServers({ env, identity, report }: AdoptParts): (server: Server) => void {
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
  return (server) => {
    if (citizen.adopt(server)) server.once("listening", () => front.listening(server));
  };
}

/**
 * True in the process that the supervisor started. Children that it forks inherit everything, these surroundings
 * included; what they listen on is the service only if it is on $PORT, as with the workers of a cluster.
 */
function isOwner(env: NodeJS.ProcessEnv): boolean {
  const owner = env["SHOAL_OWNER_PID"];
  return owner === undefined || owner === String(process.pid);
}
