import type { Runtime } from "../client/runtime.ts";
import type { Log } from "../core/log.ts";
import type { Ports } from "../core/service.ts";
import type { Identity } from "../discovery/identity.ts";
import type { Registry } from "../discovery/port.ts";
import { NO_METER } from "../telemetry/meter.ts";
import type { Transport } from "../transport/port.ts";

/** Who the dashboard says it is when it calls a service. */
export const DASHBOARD_CALLER = "shoal-dashboard";

export interface DashboardRuntimeParts {
  readonly ports: Ports;
  readonly log: Log;
  readonly identity: Identity;
  readonly registry: Registry;
  readonly transport: Transport;
}

/** The runtime that calls services for the dashboard: the smart client, told by the control plane's own registry. */
export function dashboardRuntime({ identity, ...parts }: DashboardRuntimeParts): Runtime {
  return Object.freeze({ ...parts, identity: { ...identity, service: DASHBOARD_CALLER }, meter: NO_METER });
}
