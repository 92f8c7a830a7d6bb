import { messageOf } from "../../core/errors.ts";
import { TREND_STEP_S } from "../telemetry/rates.ts";
import { controlContract, supervisorContract } from "./contract.ts";
import type { ControlApiParts, ControlHandlers } from "./control-api-parts.ts";
import type { InstanceStatus } from "./schemas/fleet.ts";
import type { SupervisorCommand } from "./supervisor-call.ts";

type FleetHandlers = Pick<
  ControlHandlers,
  | "getFleet"
  | "listServices"
  | "listTrends"
  | "listInstances"
  | "restartService"
  | "stopService"
  | "startService"
  | "report"
>;

/** Who runs, and what can be done about it. */
export function fleetHandlers({
  view,
  state,
  now,
  problems,
  rates,
  callSupervisor,
  onReport,
}: ControlApiParts): FleetHandlers {
  const forward = async (command: SupervisorCommand, service: string) => {
    const addresses = state.supervisorsOf(service, now());
    if (addresses.length === 0) throw serviceUnknown(service, view.instances());
    const asked = addresses.map((address) =>
      callSupervisor(address, command, service).catch((cause: unknown) => {
        throw commandFailed(cause, service, address);
      }),
    );
    return { instances: (await Promise.all(asked)).flat() };
  };
  return {
    getFleet: () => view.fleet(),
    listServices: async () => [...view.services(await problems.fresh())],
    listTrends: () => trends(view.instances(), (service) => rates.trendOf(service, now().wallMs)),
    listInstances: ({ query }) =>
      view.instances().filter(({ service }) => query.service === undefined || service === query.service),
    restartService: ({ params }) => forward("restart", params.service),
    stopService: ({ params }) => forward("stop", params.service),
    startService: ({ params }) => forward("start", params.service),
    report({ params, body }) {
      state.report(params.supervisor, body, now());
      onReport();
    },
  };
}

function trends(instances: readonly InstanceStatus[], trendOf: (service: string) => readonly number[]) {
  const names = [...new Set(instances.map(({ service }) => service))];
  const services = names.map((service) => ({ service, requestsPerSecond: trendOf(service).map(threeDigits) }));
  return { stepMs: TREND_STEP_S * 1_000, services };
}

/** As much as a line of a few pixels can show. */
function threeDigits(value: number): number {
  return Number(value.toPrecision(3));
}

/** The error of a name that no instance has, or that nobody here can command. */
export function serviceUnknown(service: string, instances: readonly InstanceStatus[]) {
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
