import { closeClients } from "../client/client.ts";
import type { Runtime } from "../client/runtime.ts";
import type { Log } from "../core/log.ts";
import { type Ports, stack } from "../core/service.ts";
import type { RedMeter } from "../telemetry/red-meter.ts";
import type { Handler, Transport } from "../transport/port.ts";
import type { ControlApiParts } from "./api/control-api-parts.ts";
import { createControlCore } from "./control-core.ts";
import { controlRoutes } from "./control-routes.ts";
import { CONTROL_SERVICE } from "./control-service.ts";
import { isApiPath } from "./dashboard/api-paths.ts";
import { createDashboardFiles } from "./dashboard/dashboard-files.ts";
import { login } from "./dashboard/login.ts";
import { dashboardRuntime } from "./dashboard-runtime.ts";
import type { FaultSetting } from "./faults/fault-permit.ts";
import { type GuardOptions, guard } from "./guard.ts";
import type { History } from "./history/history.ts";
import type { Forwarder } from "./intake/forward.ts";
import { intakeRoutes } from "./intake-routes.ts";
import { ownRegistry } from "./registry/own-registry.ts";
import type { RunningRegistry } from "./registry/start-registry.ts";
import { resilienceRoute } from "./resilience-route.ts";
import type { Store } from "./store/store.ts";
import { startRedWriter } from "./telemetry/red-writer.ts";

export interface ControlPlaneParts {
  readonly ports: Ports;
  readonly log: Log;
  readonly meter: RedMeter;
  readonly store: Pick<Store, "registry" | "warnings" | "close">;
  readonly history: History;
  /** How it calls services, for the dashboard. */
  readonly transport: Transport;
  /** "" when a supervisor will say. */
  readonly fleet: string;
  readonly realm: string;
  /** Whether faults may be added. Default: where the realm is one for development. */
  readonly faults?: FaultSetting;
  readonly release: string;
  /** Of the package. */
  readonly version: string;
  readonly instance: string;
  readonly guard: GuardOptions;
  /** Sends on what comes in. Default: nobody does. */
  readonly forwarder?: Forwarder | undefined;
  /** Where the dashboard was built to; it may be missing. */
  readonly webFolder: string;
}

/** The control plane without sockets. */
export interface ControlPlane {
  /** Answers everything; never rejects. A watch lasts until its context is aborted or the plane is closed. */
  readonly handle: Handler;
  /** Resolves when the whole API can answer at once; until then its first requests wait. Rejects when it cannot. */
  readonly ready: () => Promise<void>;
  /** Ends watches and waits for log lines, which would keep a listener from closing. */
  readonly release: () => void;
  /** Writes what is waiting and closes the store; to be called when nothing comes in any more. */
  readonly close: () => Promise<void>;
}

/** Puts the control plane together: registry, telemetry in, API. Its timers run until it is closed. */
export function createControlPlane(parts: ControlPlaneParts): ControlPlane {
  const { ports, log, store, history } = parts;
  const { clock } = ports;
  const core = createControlCore(parts);
  const { registry, rates, view, live } = core;
  const redWriter = startRedWriter({ clock, rates, history });
  const runtimes = runtimesOf(parts, registry);
  const api = loadApi(runtimes.own, {
    ...core,
    version: parts.version,
    registered: registry.instances,
    history,
    onReport: live.changed,
    dashboard: runtimes.dashboard,
  });
  const answer = controlRoutes({
    log,
    service: CONTROL_SERVICE,
    registry,
    intake: intakeRoutes({
      log,
      history,
      forwarder: parts.forwarder,
      onTaken: ({ durations }) => rates.add(durations, clock.wallMs()),
    }),
    resilience: resilienceRoute({ log, onReport: (report) => core.resilience.report(report, clock.wallMs()) }),
    live,
    files: createDashboardFiles(parts.webFolder),
    fleet: () => view.fleet().fleet,
    api,
  });
  const guardOptions: GuardOptions = { ...parts.guard, isPage: (path) => !isApiPath(path) };
  const filters = [login(clock, guardOptions), guard(CONTROL_SERVICE, guardOptions)];

  return {
    // The guard is above all that answers: nothing of the control plane is for a page of another origin, not even a 404.
    handle: stack(filters, answer),
    async ready() {
      await api();
    },
    release() {
      live.close();
      parts.forwarder?.close();
      core.logPages.close();
      closeClients(runtimes.own);
      closeClients(runtimes.dashboard);
      core.faults.close();
      registry.close();
    },
    async close() {
      await runtimes.dashboard.recorder.flush();
      await redWriter.close();
      await history.close();
      store.close();
    },
  };
}

/** Its own, whose questions no fault is meant for, and the one it calls services with. */
function runtimesOf(parts: ControlPlaneParts, registered: RunningRegistry) {
  const { ports, log, meter, transport, instance, realm, release } = parts;
  const identity = {
    service: CONTROL_SERVICE,
    instance,
    realm,
    zone: "local",
    release,
    control: undefined,
    fallbackRealms: {},
    stateFolder: undefined,
  };
  return {
    own: { ports, log, meter, identity, transport, registry: ownRegistry(registered, realm, { faults: false }) },
    dashboard: dashboardRuntime({
      ports,
      log,
      identity,
      transport,
      registry: ownRegistry(registered, realm),
      history: parts.history,
    }),
  };
}

/**
 * The API brings schemas and a router, which take longer to load than all the rest: so they are loaded beside, while
 * the registry answers already.
 */
function loadApi(runtime: Runtime, api: Omit<ControlApiParts, "callSupervisor" | "openApi">): () => Promise<Handler> {
  let loading: Promise<Handler> | undefined;
  return () => {
    loading ??= import("./api/serve-api.ts").then(({ serveApi }) => serveApi(api, runtime));
    return loading;
  };
}
