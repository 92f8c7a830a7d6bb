import { closeClients } from "../client/client.ts";
import type { Runtime } from "../client/runtime.ts";
import { problemReply, toShoalError } from "../contract/problem.ts";
import type { Context } from "../core/context.ts";
import { messageOf, shoalError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import { type Ports, stack } from "../core/service.ts";
import { HEADER, JSON_TYPE } from "../core/wire.ts";
import type { RedMeter } from "../telemetry/red-meter.ts";
import type { Handler, Transport } from "../transport/port.ts";
import { createFleetState } from "./api/fleet-state.ts";
import { createFleetView } from "./api/fleet-view.ts";
import type { ControlApiParts } from "./api/handlers.ts";
import { createLogPages } from "./api/log-pages.ts";
import { createProblemCounts } from "./api/problem-counts.ts";
import { dashboardRuntime } from "./dashboard-runtime.ts";
import { type GuardOptions, guard } from "./guard.ts";
import type { History } from "./history/history.ts";
import { homePage } from "./home-page.ts";
import { intakeRoutes } from "./intake-routes.ts";
import { ownRegistry } from "./registry/own-registry.ts";
import { startRegistry } from "./registry/start-registry.ts";
import type { Store } from "./store/store.ts";
import { prometheusTargets } from "./telemetry/prometheus-sd.ts";
import { createRateKeeper, type RateKeeper } from "./telemetry/rates.ts";
import { startRedWriter } from "./telemetry/red-writer.ts";

/** The name in problem documents and of the contract. */
export const CONTROL_SERVICE = "shoal-control";

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
  readonly release: string;
  /** Of the package. */
  readonly version: string;
  readonly instance: string;
  readonly guard: GuardOptions;
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
  const registry = startRegistry({ clock, log, store: store.registry });
  const rates = createRateKeeper();
  const redWriter = startRedWriter({ clock, rates, history });
  const state = createFleetState();
  const now = () => ({ nowMs: clock.now(), wallMs: clock.wallMs() });
  const logPages = createLogPages({ clock, history });
  const problems = createProblemCounts(clock, history);
  const view = createFleetView({
    fleet: parts.fleet,
    realm: parts.realm,
    version: parts.version,
    startedMs: clock.wallMs(),
    now,
    state,
    registered: registry.instances,
    isComplete: registry.isComplete,
    rates,
    history,
    warnings: () => [
      ...store.warnings(),
      ...registry.warnings(),
      ...history.status().warnings,
      ...rateWarnings(rates),
      ...state.warnings(now()),
    ],
  });
  const runtimes = runtimesOf(parts, ownRegistry(registry, parts.realm));
  const api = loadApi(runtimes.own, {
    version: parts.version,
    now,
    state,
    view,
    registered: registry.instances,
    rates,
    history,
    problems,
    logPages,
    onReport: () => {},
    dashboard: runtimes.dashboard,
  });
  const intake = intakeRoutes({ history, onTaken: ({ durations }) => rates.add(durations, clock.wallMs()) });

  const route = async (request: HttpRequest, context: Context): Promise<HttpReply> => {
    const [path = "/"] = request.target.split("?", 1);
    switch (path) {
      case "/":
        return readOnly(request) ?? homePage(view.fleet().fleet);
      case "/sd/prometheus":
        return readOnly(request) ?? jsonReply(prometheusTargets(registry.instances()));
      default:
        return intake(path, request) ?? registry.routes(request, context) ?? (await api())(request, context);
    }
  };
  const answer = async (request: HttpRequest, context: Context): Promise<HttpReply> => {
    try {
      return await route(request, context);
    } catch (cause) {
      const error = toShoalError(cause, `${request.method} ${request.target}`);
      if (error.code === "INTERNAL") log.error("a request failed", { target: request.target, error: messageOf(cause) });
      return problemReply(error, CONTROL_SERVICE, error.code === "HISTORY_BUSY" ? { "retry-after": "1" } : {});
    }
  };

  return {
    // The guard is the outermost: nothing of the control plane is for a page of another origin, not even a 404.
    handle: (request, context) => stack([guard(CONTROL_SERVICE, parts.guard)], answer)(request, context),
    async ready() {
      await api();
    },
    release() {
      logPages.close();
      closeClients(runtimes.dashboard);
      registry.close();
    },
    async close() {
      await redWriter.close();
      await history.close();
      store.close();
    },
  };
}

/** Its own, and the one it calls services with. */
function runtimesOf(parts: ControlPlaneParts, registry: Runtime["registry"]) {
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
    own: { ports, log, meter, identity, transport, registry },
    dashboard: dashboardRuntime({ ports, log, identity, transport, registry }),
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

function rateWarnings(rates: RateKeeper): readonly string[] {
  const dropped = rates.dropped();
  return dropped === 0 ? [] : [`${dropped} metric points were left out: too many series; rates may be too low`];
}

function readOnly({ method }: HttpRequest): HttpReply | undefined {
  if (method === "GET" || method === "HEAD") return undefined;
  return problemReply(methodNotAllowed(method), CONTROL_SERVICE, { allow: "GET, HEAD" });
}

function methodNotAllowed(method: string) {
  return shoalError("METHOD_NOT_ALLOWED", { message: `${method} is not for this path` });
}

function jsonReply(value: unknown): HttpReply {
  return { status: 200, headers: { [HEADER.contentType]: JSON_TYPE }, body: Buffer.from(JSON.stringify(value)) };
}
