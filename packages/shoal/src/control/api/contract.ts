import { contract } from "../../contract/contract.ts";
import { faultOperations } from "./fault-operations.ts";
import { fleetOperations, supervisorOperations } from "./fleet-operations.ts";
import { logOperations } from "./log-operations.ts";
import { resilienceOperations } from "./resilience-operations.ts";
import { telemetryOperations } from "./telemetry-operations.ts";

export { FleetStatus, InstanceState, InstanceStatus, ServiceStatus } from "./schemas/fleet.ts";
export { LogLine } from "./schemas/logs.ts";

/** The control plane's own contract: the command line and the dashboard use only this. */
export const controlContract = contract("shoal-control", {
  ...fleetOperations,
  ...logOperations,
  ...telemetryOperations,
  ...resilienceOperations,
  ...faultOperations,
});

/** What a supervisor does for the control plane; served on loopback by the supervisor itself. */
export const supervisorContract = contract("shoal-supervisor", supervisorOperations);
