import type { Runtime } from "../client/runtime.ts";
import type { Log } from "../core/log.ts";
import type { Ports } from "../core/service.ts";
import type { Identity } from "../discovery/identity.ts";
import type { Registry } from "../discovery/port.ts";
import { NO_METER } from "../telemetry/meter.ts";
import type { ProcessRecorder } from "../telemetry/process-recorder.ts";
import type { Transport } from "../transport/port.ts";
import { dashboardRecorder } from "./dashboard-recorder.ts";
import type { History } from "./history/history.ts";

/** Who the dashboard says it is when it calls a service. */
export const DASHBOARD_CALLER = "shoal-dashboard";

export interface DashboardRuntimeParts {
  readonly ports: Ports;
  readonly log: Log;
  readonly identity: Identity;
  readonly registry: Registry;
  readonly transport: Transport;
  /** Where its calls are recorded. */
  readonly history: Pick<History, "ingest">;
}

/** A runtime whose calls are recorded. */
export interface DashboardRuntime extends Runtime {
  readonly recorder: ProcessRecorder;
}

/** The runtime that calls services for the dashboard: the smart client, told by the control plane's own registry. */
export function dashboardRuntime({ history, ...parts }: DashboardRuntimeParts): DashboardRuntime {
  const identity = { ...parts.identity, service: DASHBOARD_CALLER };
  const recorder = dashboardRecorder(parts.ports, identity, history);
  return Object.freeze({ ...parts, identity, meter: NO_METER, recorder });
}
