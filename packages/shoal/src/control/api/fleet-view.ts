import type { Instance } from "../../discovery/instance.ts";
import type { RunningFaults } from "../faults/running-faults.ts";
import type { History } from "../history/history.ts";
import type { RateKeeper } from "../telemetry/rates.ts";
import { faultStatus } from "./fault-status.ts";
import { fleetMap } from "./fleet-map.ts";
import type { FleetState, Moment } from "./fleet-state.ts";
import type { FleetStatus, InstanceStatus, ServiceStatus } from "./schemas/fleet.ts";
import type { FleetMap } from "./schemas/fleet-map.ts";

/** What the view is made of. */
export interface FleetViewParts {
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
  readonly history: Pick<History, "status">;
  readonly faults: Pick<RunningFaults, "list" | "refusal">;
  readonly warnings: () => readonly string[];
  /** By which names the control plane calls services. */
  readonly ownCallers: readonly string[];
}

/** The fleet at this moment, for the API and for those who watch. `problems` is the history's count by service. */
export interface FleetView {
  readonly fleet: () => FleetStatus;
  readonly instances: () => readonly InstanceStatus[];
  readonly services: (problems: ReadonlyMap<string, number>) => readonly ServiceStatus[];
  readonly map: (problems: ReadonlyMap<string, number>) => FleetMap;
  /** Counts lines that supervisors had to drop. */
  readonly countLostLines: (lines: number) => void;
}

export function createFleetView(parts: FleetViewParts): FleetView {
  const { state, rates, now } = parts;
  let linesLost = 0;
  const instances = () => state.instances(parts.registered(), now(), parts.isComplete());
  const services = (problems: ReadonlyMap<string, number>) => {
    const { wallMs } = now();
    const byService = Map.groupBy(instances(), ({ service }) => service);
    return [...byService].map(([service, list]) => ({
      service,
      instances: list.length,
      ready: list.filter((one) => one.state === "ready").length,
      // A failed request is in both when its trace is recorded, so they are not added up.
      problems: Math.max(rates.failuresOf(service, wallMs), problems.get(service) ?? 0),
      ...rates.ratesOf(service, wallMs),
    }));
  };
  /** What the control plane itself asks services is no traffic of the fleet. */
  const fleetEdges = () => rates.edges(now().wallMs).filter(({ caller }) => !parts.ownCallers.includes(caller));
  return {
    instances,
    services,
    map: (problems) => fleetMap(services(problems), fleetEdges()),
    fleet() {
      const { run, warnings: _warnings, dropped, ...history } = parts.history.status();
      return {
        fleet: parts.fleet || (state.fleet() ?? ""),
        realm: parts.realm,
        version: parts.version,
        startedMs: parts.startedMs,
        warnings: [...parts.warnings()],
        logLinesDropped: linesLost + dropped.logs,
        run,
        history: { ...history, dropped },
        faults: parts.faults.list().map(faultStatus),
        faultsRefused: parts.faults.refusal() ?? null,
      };
    },
    countLostLines(lines) {
      linesLost += Math.max(0, lines);
    },
  };
}
