import { problemReply, toShoalError } from "../contract/problem.ts";
import type { Context } from "../core/context.ts";
import { messageOf, shoalError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import { HEADER, JSON_TYPE } from "../core/wire.ts";
import type { Handler } from "../transport/port.ts";
import type { DashboardFiles } from "./dashboard/dashboard-files.ts";
import { dashboardReply } from "./dashboard/dashboard-routes.ts";
import type { intakeRoutes } from "./intake-routes.ts";
import type { LiveHub } from "./live/live-hub.ts";
import { LIVE_PATH, liveReply } from "./live/live-route.ts";
import type { RunningRegistry } from "./registry/start-registry.ts";
import type { resilienceRoute } from "./resilience-route.ts";
import { prometheusTargets } from "./telemetry/prometheus-sd.ts";

/** Who answers what. */
export interface ControlRoutesParts {
  readonly log: Log;
  /** The name in problem documents. */
  readonly service: string;
  readonly registry: Pick<RunningRegistry, "routes" | "instances">;
  readonly intake: ReturnType<typeof intakeRoutes>;
  readonly resilience: ReturnType<typeof resilienceRoute>;
  readonly live: LiveHub;
  readonly files: DashboardFiles;
  readonly fleet: () => string;
  readonly api: () => Promise<Handler>;
}

/** Answers every request; never rejects. */
export function controlRoutes(parts: ControlRoutesParts): Handler {
  const { log, service } = parts;
  return async (request, context) => {
    try {
      return await route(parts, request, context);
    } catch (cause) {
      const error = toShoalError(cause, `${request.method} ${request.target}`);
      if (error.code === "INTERNAL") log.error("a request failed", { target: request.target, error: messageOf(cause) });
      return problemReply(error, service, error.code === "HISTORY_BUSY" ? { "retry-after": "1" } : {});
    }
  };
}

/** By path alone, the most frequent first: telemetry, leases, live events, then what people and tools ask for. */
async function route(parts: ControlRoutesParts, request: HttpRequest, context: Context): Promise<HttpReply> {
  const [path = "/"] = request.target.split("?", 1);
  const early =
    parts.intake(path, request) ?? parts.registry.routes(request, context) ?? parts.resilience(path, request);
  if (early) return early;
  if (path === LIVE_PATH) return liveReply(parts.live, request, context);
  if (path === "/sd/prometheus")
    return readOnly(parts, request) ?? jsonReply(prometheusTargets(parts.registry.instances()));
  return dashboardReply(parts.files, parts.fleet, path, request) ?? (await parts.api())(request, context);
}

function readOnly({ service }: ControlRoutesParts, { method }: HttpRequest): HttpReply | undefined {
  if (method === "GET" || method === "HEAD") return undefined;
  const error = shoalError("METHOD_NOT_ALLOWED", { message: `${method} is not for this path` });
  return problemReply(error, service, { allow: "GET, HEAD" });
}

function jsonReply(value: unknown): HttpReply {
  return { status: 200, headers: { [HEADER.contentType]: JSON_TYPE }, body: Buffer.from(JSON.stringify(value)) };
}
