import { problemReply, toShoalError } from "../contract/problem.ts";
import { messageOf, shoalError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import { HEADER } from "../core/wire.ts";
import type { History, IntakeBody, IntakeKind, IntakeResult } from "./history/history.ts";
import type { Forwarder } from "./intake/forward.ts";
import { intakeErrorReply, intakeReply } from "./intake/intake-reply.ts";
import { INTAKE_LIMITS } from "./intake/limits.ts";
import { createBodyReader } from "./intake-body.ts";

/** Where telemetry comes in: OTLP/HTTP's own paths, Zipkin's, and Shoal's for exchanges. */
const KINDS: ReadonlyMap<string, IntakeKind> = new Map([
  ["/v1/traces", "otlp-traces"],
  ["/v1/logs", "otlp-logs"],
  ["/v1/metrics", "otlp-metrics"],
  ["/api/v2/spans", "zipkin-spans"],
  ["/v1/exchanges", "exchanges"],
]);

/** What a request's body may have, as it comes; it is held to the limits of its kind where it is unpacked. */
export const INTAKE_BYTES_MAX = INTAKE_LIMITS.unpackedBytesMax;

export interface IntakeRoutesParts {
  readonly log: Log;
  readonly history: Pick<History, "ingest">;
  /** Who else is sent what comes in; undefined: nobody. */
  readonly forwarder: Pick<Forwarder, "offer"> | undefined;
  /** Told of each body that was taken. */
  readonly onTaken: (result: IntakeResult) => void;
}

/**
 * Answers a request that brings telemetry, or undefined when it is for another path. Answered when it is on disk, in
 * the request's encoding: with what was left out, or why nothing of it was taken. Never rejects.
 */
export function intakeRoutes(parts: IntakeRoutesParts) {
  const readBody = createBodyReader(INTAKE_BYTES_MAX);
  return (path: string, request: HttpRequest): Promise<HttpReply> | undefined => {
    const kind = KINDS.get(path);
    if (kind === undefined) return undefined;
    if (request.method !== "POST") return Promise.resolve(onlyPost(request.method));
    return take(parts, kind, request, readBody).catch((cause: unknown) => {
      const error = toShoalError(cause, `${request.method} ${path}`);
      if (error.code === "INTERNAL") parts.log.error("telemetry was refused", { kind, error: messageOf(cause) });
      return intakeErrorReply(request.headers[HEADER.contentType] ?? "", error);
    });
  };
}

type ReadBody = ReturnType<typeof createBodyReader>;

async function take(parts: IntakeRoutesParts, kind: IntakeKind, request: HttpRequest, readBody: ReadBody) {
  const { history, forwarder, onTaken } = parts;
  const body = await bodyOf(kind, request, readBody);
  // The history hands the bytes to its thread, and the forwarder keeps them.
  const forwarded = forwarder && new Uint8Array(body.bytes);
  const result = await history.ingest(body);
  if (forwarded) forwarder.offer(kind, request.headers, forwarded);
  onTaken(result);
  return intakeReply(kind, body.contentType, result);
}

async function bodyOf(kind: IntakeKind, { headers, body }: HttpRequest, readBody: ReadBody): Promise<IntakeBody> {
  const contentType = (headers[HEADER.contentType] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return {
    kind,
    contentType,
    contentEncoding: encodingOf(headers["content-encoding"]),
    bytes: await readBody(body),
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

function onlyPost(method: string): HttpReply {
  const error = shoalError("METHOD_NOT_ALLOWED", { message: `${method} is not for this path, but POST` });
  return problemReply(error, "shoal-control", { allow: "POST" });
}
