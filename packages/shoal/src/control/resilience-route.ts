import { problemReply, toShoalError } from "../contract/problem.ts";
import { messageOf, shoalError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import { HEADER } from "../core/wire.ts";
import type { ResilienceReport } from "../telemetry/resilience.ts";
import { CONTROL_SERVICE } from "./control-service.ts";
import { createBodyReader } from "./intake-body.ts";

/** Where processes report how they protect their calls. */
const RESILIENCE_PATH = "/v1/resilience";
/** A process that calls 500 services, all of them in trouble. */
export const RESILIENCE_BYTES_MAX = 1_024 * 1_024;
/** Of all reports that are on their way at once. */
const ARRIVING_BYTES_MAX = 16 * 1_024 * 1_024;

export interface ResilienceRouteParts {
  readonly log: Log;
  readonly onReport: (report: ResilienceReport) => void;
}

/** Answers a request that brings a report, or undefined when it is for another path. Never rejects. */
export function resilienceRoute({ log, onReport }: ResilienceRouteParts) {
  const readBody = createBodyReader(RESILIENCE_BYTES_MAX, ARRIVING_BYTES_MAX);
  const take = async ({ method, headers, body }: HttpRequest): Promise<HttpReply> => {
    if (method !== "POST")
      throw shoalError("METHOD_NOT_ALLOWED", { message: `${method} is not for this path, but POST` });
    const contentType = headers[HEADER.contentType]?.split(";", 1)[0]?.trim().toLowerCase();
    if (contentType !== "application/json" || headers["content-encoding"]) {
      throw shoalError("UNSUPPORTED_MEDIA_TYPE", { message: "a report is JSON, not compressed" });
    }
    const bytes = await readBody(body);
    // Schemas take longer to load than all the rest: with the first report, not with the control plane.
    const { resilienceReportIn } = await import("./intake/resilience-body.ts");
    onReport(resilienceReportIn(bytes));
    return { status: 204, headers: {}, body: undefined };
  };
  return (path: string, request: HttpRequest): Promise<HttpReply> | undefined => {
    if (path !== RESILIENCE_PATH) return undefined;
    return take(request).catch((cause: unknown) => {
      const error = toShoalError(cause, `${request.method} ${path}`);
      if (error.code === "INTERNAL") log.error("a report was refused", { error: messageOf(cause) });
      return problemReply(error, CONTROL_SERVICE, error.code === "METHOD_NOT_ALLOWED" ? { allow: "POST" } : {});
    });
  };
}
