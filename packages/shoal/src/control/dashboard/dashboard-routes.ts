import { problemReply } from "../../contract/problem.ts";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply, HttpRequest } from "../../core/message.ts";
import { HEADER } from "../../core/wire.ts";
import { homePage } from "../home-page.ts";
import { isApiPath } from "./api-paths.ts";
import type { DashboardFiles } from "./dashboard-files.ts";

/** Answers what is a page or a file of the dashboard; undefined for paths of the API. */
export function dashboardReply(
  files: DashboardFiles,
  fleet: () => string,
  path: string,
  request: HttpRequest,
): HttpReply | undefined {
  if (isApiPath(path)) return undefined;
  if (request.method !== "GET" && request.method !== "HEAD") {
    const error = shoalError("METHOD_NOT_ALLOWED", { message: `${request.method} is not for this path` });
    return problemReply(error, "shoal-control", { allow: "GET, HEAD" });
  }
  const reply = files.reply(path, request) ?? (path === "/" ? homePage(fleet()) : undefined);
  return reply && request.method === "HEAD" ? withoutBody(reply) : reply;
}

function withoutBody({ body, ...reply }: HttpReply): HttpReply {
  const length = body instanceof Uint8Array ? { [HEADER.contentLength]: String(body.byteLength) } : {};
  return { ...reply, headers: { ...reply.headers, ...length }, body: undefined };
}
