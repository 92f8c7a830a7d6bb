import { problemReply } from "../contract/problem.ts";
import { shoalError } from "../core/errors.ts";
import { type HttpReply, type HttpRequest, readBody } from "../core/message.ts";
import { HEADER, JSON_TYPE } from "../core/wire.ts";
import type { History, IntakeBody, IntakeKind, IntakeResult } from "./history/history.ts";

/** Where telemetry comes in: OTLP/HTTP's own paths, Zipkin's, and Shoal's for exchanges. */
const KINDS: ReadonlyMap<string, IntakeKind> = new Map([
  ["/v1/traces", "otlp-traces"],
  ["/v1/logs", "otlp-logs"],
  ["/v1/metrics", "otlp-metrics"],
  ["/api/v2/spans", "zipkin-spans"],
  ["/v1/exchanges", "exchanges"],
]);

/** What a request's body may have, as it comes; unpacked it is bounded where it is unpacked. */
export const INTAKE_BYTES_MAX = 16 * 1_024 * 1_024;

export interface IntakeRoutesParts {
  readonly history: Pick<History, "ingest">;
  /** Told of each body that was taken. */
  readonly onTaken: (result: IntakeResult) => void;
}

/**
 * Answers a request that brings telemetry, or undefined when it is for another path. Answered when it is on disk.
 * Rejects with METHOD_NOT_ALLOWED, BODY_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE and what `History.ingest` rejects with.
 */
export function intakeRoutes({ history, onTaken }: IntakeRoutesParts) {
  return (path: string, request: HttpRequest): Promise<HttpReply> | undefined => {
    const kind = KINDS.get(path);
    return kind && answer(kind, request);
  };

  async function answer(kind: IntakeKind, request: HttpRequest): Promise<HttpReply> {
    if (request.method !== "POST") return onlyPost(request.method);
    const body = await bodyOf(kind, request);
    const result = await history.ingest(body);
    onTaken(result);
    return replyOf(body, result);
  }
}

async function bodyOf(kind: IntakeKind, { headers, body }: HttpRequest): Promise<IntakeBody> {
  const contentType = (headers[HEADER.contentType] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return {
    kind,
    contentType,
    contentEncoding: encodingOf(headers["content-encoding"]),
    bytes: await readBody(body, INTAKE_BYTES_MAX),
  };
}

function encodingOf(header = ""): "" | "gzip" {
  const encoding = header.trim().toLowerCase();
  if (encoding === "" || encoding === "identity") return "";
  if (encoding === "gzip" || encoding === "x-gzip") return "gzip";
  throw shoalError("UNSUPPORTED_MEDIA_TYPE", {
    message: `the content encoding is "${encoding.slice(0, 40)}", neither gzip nor none`,
    hint: "Send it with gzip or as it is.",
  });
}

function replyOf({ kind }: IntakeBody, result: IntakeResult): HttpReply {
  if (kind === "zipkin-spans") return { status: 202, headers: {}, body: undefined };
  const text = JSON.stringify(
    result.rejected === 0 ? {} : { partialSuccess: { rejected: result.rejected, errorMessage: result.reason } },
  );
  return { status: 200, headers: { [HEADER.contentType]: JSON_TYPE }, body: Buffer.from(text) };
}

function onlyPost(method: string): HttpReply {
  const error = shoalError("METHOD_NOT_ALLOWED", { message: `${method} is not for this path, but POST` });
  return problemReply(error, "shoal-control", { allow: "POST" });
}
