import type { Runtime } from "../../client/runtime.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { Handlers } from "../../server/handlers.ts";
import type { RunningFaults } from "../faults/running-faults.ts";
import type { History } from "../history/history.ts";
import type { RateKeeper } from "../telemetry/rates.ts";
import type { ResilienceKeeper } from "../telemetry/resilience-keeper.ts";
import type { controlContract } from "./contract.ts";
import type { FleetState, Moment } from "./fleet-state.ts";
import type { FleetView } from "./fleet-view.ts";
import type { LogPages } from "./log-pages.ts";
import type { OpenApiCache } from "./openapi-cache.ts";
import type { ProblemCounts } from "./problem-counts.ts";
import type { SupervisorCall } from "./supervisor-call.ts";

/** What the API shows and does. */
export interface ControlApiParts {
  /** Of the package. */
  readonly version: string;
  readonly now: () => Moment;
  readonly state: FleetState;
  readonly view: FleetView;
  readonly registered: () => readonly Instance[];
  readonly rates: RateKeeper;
  readonly resilience: ResilienceKeeper;
  readonly faults: RunningFaults;
  readonly history: History;
  readonly problems: ProblemCounts;
  readonly logPages: LogPages;
  readonly openApi: OpenApiCache;
  readonly callSupervisor: SupervisorCall;
  /** A supervisor has said something. */
  readonly onReport: () => void;
  /** Calls services in the name of the dashboard. */
  readonly dashboard: Runtime;
}

export type ControlHandlers = Handlers<typeof controlContract.operations>;
