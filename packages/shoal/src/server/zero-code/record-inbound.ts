import type { IncomingMessage, ServerResponse } from "node:http";
import { unixMs } from "../../core/clock.ts";
import type { Context } from "../../core/context.ts";
import { HEADER } from "../../core/wire.ts";
import { BodyTap, NO_BODY } from "../../telemetry/capture-body.ts";
import type { RawHeaders } from "../../telemetry/capture-headers.ts";
import { isKept } from "../../telemetry/exchange.ts";
import { pendingExchange } from "../../telemetry/pending-exchange.ts";
import type { Recorder } from "../../telemetry/recorder.ts";
import { parseSensitiveHeader } from "../../telemetry/redact-sensitive.ts";
import { tapIncoming, tapOutgoing } from "../../transport/message-tap.ts";
import { pathOf } from "../arrival.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Records a request to an app and the app's answer. Both are watched from aside: what the app reads is what it reads,
 * and what it writes goes out as it is. To be called before the app sees the request.
 */
export function recordInbound(
  request: IncomingMessage,
  response: ServerResponse,
  context: Context,
  around: Surroundings,
): void {
  const recorder = around.recorder?.();
  if (!recorder) return;
  const startMs = around.ports.clock.now();
  const sent = new BodyTap();
  const received = hasBody(request) ? new BodyTap() : undefined;
  if (received) tapIncoming(request, received);
  tapOutgoing(response, sent);
  response.once("close", () => {
    try {
      record(recorder, { request, response, context, startMs, received, sent }, around);
    } catch (cause) {
      around.report("a request could not be recorded", cause);
    }
  });
}

interface Seen {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: Context;
  readonly startMs: number;
  readonly received: BodyTap | undefined;
  readonly sent: BodyTap;
}

function record(recorder: Recorder, seen: Seen, { ports, identity }: Surroundings): void {
  const { request, response, context, startMs, received, sent } = seen;
  const { method = "GET", url = "/" } = request;
  const durationMs = ports.clock.now() - startMs;
  const status = response.headersSent ? response.statusCode : 0;
  const error = response.writableFinished ? "" : "CANCELLED: the caller has gone";
  if (!isKept(recorder, context.trace, { status, error, durationMs })) return;
  const hasReplyBody = method !== "HEAD" && status !== 204 && status !== 304;
  const headers = headOf(response);
  const raw = {
    side: "server",
    trace: context.trace,
    peer: context.caller ?? "",
    external: false,
    operation: `${method} ${pathOf(url)}`,
    method,
    origin: `http://${identity.service === "" ? (request.headers.host ?? "localhost") : `${identity.service}.service`}`,
    target: url.startsWith("/") ? url : `/${url}`,
    status,
    startMs: unixMs(ports.clock, startMs),
    durationMs,
    error,
    attempts: [],
    request: { headers: request.rawHeaders, body: received ?? NO_BODY },
    reply: status === 0 ? null : { headers, body: hasReplyBody ? sent : NO_BODY },
    sensitive: parseSensitiveHeader(String(response.getHeader(HEADER.sensitive) ?? "")),
  } as const;
  recorder.exchange(pendingExchange(raw, ports.random));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers[HEADER.contentLength] ?? 0) > 0;
}

/** As it went out: `getHeaders()` lacks what was given to `writeHead` alone. */
function headOf(response: ServerResponse): RawHeaders {
  const { _header: head } = response as ServerResponse & { readonly _header?: unknown };
  return typeof head === "string" ? head : (response.getHeaders() as RawHeaders);
}
