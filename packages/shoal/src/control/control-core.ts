import type { Log } from "../core/log.ts";
import type { Ports } from "../core/service.ts";
import { createFleetState, type FleetState, type Moment } from "./api/fleet-state.ts";
import { createFleetView, type FleetView } from "./api/fleet-view.ts";
import { createLogPages, type LogPages } from "./api/log-pages.ts";
import { createProblemCounts, type ProblemCounts } from "./api/problem-counts.ts";
import { CONTROL_SERVICE } from "./control-service.ts";
import { DASHBOARD_CALLER } from "./dashboard-runtime.ts";
import type { FaultSetting } from "./faults/fault-permit.ts";
import { type RunningFaults, runFaults } from "./faults/running-faults.ts";
import type { History } from "./history/history.ts";
import type { Forwarder } from "./intake/forward.ts";
import { createLiveHub, type LiveHub } from "./live/live-hub.ts";
import { type RunningRegistry, startRegistry } from "./registry/start-registry.ts";
import type { Store } from "./store/store.ts";
import { createRateKeeper, type RateKeeper } from "./telemetry/rates.ts";
import { createResilienceKeeper, type GoneCheck, type ResilienceKeeper } from "./telemetry/resilience-keeper.ts";

export interface ControlCoreParts {
  readonly ports: Ports;
  readonly log: Log;
  readonly store: Pick<Store, "registry" | "warnings">;
  readonly history: History;
  readonly forwarder?: Forwarder | undefined;
  /** "" when a supervisor will say. */
  readonly fleet: string;
  readonly realm: string;
  /** Whether faults may be added. Default: where the realm is one for development. */
  readonly faults?: FaultSetting;
  /** Of the package. */
  readonly version: string;
}

/** What the control plane knows, before anybody can ask it. */
export interface ControlCore {
  readonly now: () => Moment;
  readonly registry: RunningRegistry;
  readonly rates: RateKeeper;
  readonly resilience: ResilienceKeeper;
  readonly faults: RunningFaults;
  readonly state: FleetState;
  readonly view: FleetView;
  readonly problems: ProblemCounts;
  readonly logPages: LogPages;
  readonly live: LiveHub;
}

/** Starts the registry and all that looks at it. */
export function createControlCore(parts: ControlCoreParts): ControlCore {
  const { ports, log, store, history, fleet, realm, version } = parts;
  const { clock } = ports;
  const now = () => ({ nowMs: clock.now(), wallMs: clock.wallMs() });
  const faults = runFaults({ ports, log, realm, setting: parts.faults });
  const registry = startRegistry({ clock, log, store: store.registry, faultsFor: faults.toldTo });
  faults.onChanged(registry.faultsChanged);
  const rates = createRateKeeper();
  const resilience = createResilienceKeeper({}, () => goneCheck(registry));
  const state = createFleetState();
  const warnings = () => [
    ...store.warnings(),
    ...registry.warnings(),
    ...history.status().warnings,
    ...(parts.forwarder?.warnings() ?? []),
    ...rateWarnings(rates),
    ...resilienceWarnings(resilience),
    ...state.warnings(now()),
  ];
  const { instances: registered, isComplete } = registry;
  const startedMs = clock.wallMs();
  const view = createFleetView({
    fleet,
    realm,
    version,
    startedMs,
    now,
    state,
    registered,
    isComplete,
    rates,
    history,
    faults,
    warnings,
    ownCallers: [CONTROL_SERVICE, DASHBOARD_CALLER],
  });
  const problems = createProblemCounts(clock, history);
  const live = createLiveHub({ clock, history, view, problems });
  registry.onChanged(live.changed);
  return {
    now,
    registry,
    rates,
    resilience,
    faults,
    state,
    view,
    problems,
    logPages: createLogPages({ clock, history }),
    live,
  };
}

/** Of a service that is registered, who is not has gone. Callers that serve nothing are never registered. */
function goneCheck({ instances }: RunningRegistry): GoneCheck {
  const registered = Map.groupBy(instances(), ({ service }) => service);
  const ids = new Map([...registered].map(([service, list]) => [service, new Set(list.map(({ id }) => id))]));
  return (service, instance) => ids.get(service)?.has(instance) === false;
}

function rateWarnings(rates: RateKeeper): readonly string[] {
  const dropped = rates.dropped();
  return dropped === 0 ? [] : [`${dropped} metric points were left out: too many series; rates may be too low`];
}

function resilienceWarnings(resilience: ResilienceKeeper): readonly string[] {
  const dropped = resilience.dropped();
  return dropped === 0 ? [] : [`${dropped} reports of resilience were left out: too many processes or services`];
}
