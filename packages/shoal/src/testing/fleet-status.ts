import type { FleetStatus } from "../control/api/schemas/fleet.ts";

/** What a control plane says of a fleet without history. */
export function fleetStatus(given: Partial<FleetStatus> = {}): FleetStatus {
  const none = { spans: 0, logs: 0, exchanges: 0 };
  return {
    fleet: "f",
    realm: "local",
    version: "1.0.0",
    startedMs: 0,
    warnings: [],
    logLinesDropped: 0,
    run: "run-1",
    history: { ...none, bytes: 0, bytesMax: 0, oldestMs: null, pendingBytes: 0, dropped: none },
    faults: [],
    faultsRefused: null,
    ...given,
  };
}
