import { messageOf } from "../../core/errors.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { Handlers } from "../../server/handlers.ts";
import type { Logs } from "../telemetry/logs.ts";
import type { RateKeeper } from "../telemetry/rates.ts";
import { controlContract, type InstanceStatus, type ServiceStatus, supervisorContract } from "./contract.ts";
import type { FleetState, Moment } from "./fleet-state.ts";
import type { SupervisorCall, SupervisorCommand } from "./supervisor-call.ts";

/** What the API shows and does. */
export interface ControlApiParts {
  /** The fleet's name as the environment has it; "" when a supervisor will say. */
  readonly fleet: string;
  readonly realm: string;
  readonly version: string;
  /** Unix ms. */
  readonly startedMs: number;
  readonly now: () => Moment;
  readonly state: FleetState;
  readonly registered: () => readonly Instance[];
  /** False while the registry may not know everybody yet. */
  readonly isComplete: () => boolean;
  readonly rates: RateKeeper;
  readonly logs: Logs;
  readonly warnings: () => readonly string[];
  /** Log lines that the store could not take. */
  readonly linesDropped: () => number;
  readonly callSupervisor: SupervisorCall;
}

type ControlHandlers = Handlers<typeof controlContract.operations>;

/** The handlers of controlContract. */
export function controlHandlers(parts: ControlApiParts): ControlHandlers {
  const { state, logs, now } = parts;
  let droppedBySupervisors = 0;
  const instances = () => state.instances(parts.registered(), now(), parts.isComplete());
  const forward = async (command: SupervisorCommand, service: string) => {
    const addresses = state.supervisorsOf(service, now());
    if (addresses.length === 0) throw serviceUnknown(service, instances());
    const asked = addresses.map((address) =>
      parts.callSupervisor(address, command, service).catch((cause: unknown) => {
        throw commandFailed(cause, service, address);
      }),
    );
    return { instances: (await Promise.all(asked)).flat() };
  };

  return {
    getFleet: () => ({
      fleet: parts.fleet || (state.fleet() ?? ""),
      realm: parts.realm,
      version: parts.version,
      startedMs: parts.startedMs,
      warnings: [...parts.warnings()],
      logLinesDropped: droppedBySupervisors + parts.linesDropped(),
    }),
    listServices: () => serviceStatuses(instances(), parts.rates, now().wallMs),
    listInstances: ({ query }) =>
      instances().filter(({ service }) => query.service === undefined || service === query.service),
    async listLogs({ query: { waitMs, ...query } }, { signal }) {
      const { lines, next } = await logs.list(query, { waitMs, signal });
      return { lines: [...lines], next };
    },
    restartService: ({ params }) => forward("restart", params.service),
    stopService: ({ params }) => forward("stop", params.service),
    startService: ({ params }) => forward("start", params.service),
    report: ({ params, body }) => state.report(params.supervisor, body, now()),
    appendLogs({ body }) {
      droppedBySupervisors += Math.max(0, body.dropped);
      logs.append(body.lines);
    },
  };
}

function serviceStatuses(instances: readonly InstanceStatus[], rates: RateKeeper, wallMs: number): ServiceStatus[] {
  const services = Map.groupBy(instances, ({ service }) => service);
  return [...services].map(([service, list]) => ({
    service,
    instances: list.length,
    ready: list.filter(({ state }) => state === "ready").length,
    ...rates.ratesOf(service, wallMs),
  }));
}

function serviceUnknown(service: string, instances: readonly InstanceStatus[]) {
  const known = [...new Set(instances.map((status) => status.service))];
  const reason = known.includes(service) ? "no supervisor here runs it" : "no such service";
  return controlContract.errors.serviceUnknown({ service, reason, known: known.slice(0, 100) });
}

/** What a caller is told when a supervisor did not do what it was asked. */
function commandFailed(cause: unknown, service: string, address: string) {
  // It forgot the service since its last report.
  if (supervisorContract.errors.serviceUnknown.is(cause)) return serviceUnknown(service, []);
  return controlContract.errors.supervisorUnreachable({ address, reason: messageOf(cause) });
}
