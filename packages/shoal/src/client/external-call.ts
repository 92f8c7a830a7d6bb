import { unixMs } from "../core/clock.ts";
import { currentContext } from "../core/context.ts";
import { SAMPLED, type TraceContext } from "../core/trace-context.ts";
import type { Span, SpanEvent } from "../telemetry/records.ts";
import { traceOfCall } from "./call-context.ts";
import { type Runtime, recorderOf } from "./runtime.ts";

/** How a call to the world outside ended. */
interface ExternalEnd {
  /** 0 without a reply. */
  readonly status: number;
  /** What went wrong, such as "ECONNREFUSED"; "" when there was a reply. */
  readonly errorType: string;
  readonly message: string;
}

/** A call under way to something that is no service of the fleet. */
export interface ExternalCall {
  /** Its span's; nobody outside is told of it. */
  readonly trace: TraceContext;
  /** On `clock.now()`'s scale. */
  readonly startMs: number;
  /** Counts and records it. To be called once. */
  readonly end: (how: ExternalEnd) => void;
}

type Parts = Pick<Runtime, "ports" | "recorder" | "meter">;

const NO_EVENTS: readonly SpanEvent[] = Object.freeze([]);
const NO_LINKS: Span["links"] = Object.freeze([]);

/**
 * Begins to count and record a call to the world outside, in the trace of the running request. Its span is named by its
 * method alone, as the conventions have it: nothing is known of what the other side's paths mean.
 * @param url Absolute. Neither its query nor what stands before the host is kept: they may hold secrets.
 */
export function beginExternalCall(runtime: Parts, method: string, url: URL): ExternalCall {
  const { clock } = runtime.ports;
  const trace = traceOfCall(runtime, currentContext());
  const startMs = clock.now();
  return {
    trace,
    startMs,
    end(how) {
      const durationMs = clock.now() - startMs;
      const { status } = how;
      runtime.meter.called?.({ callee: url.host, external: true, operation: method, status, durationMs });
      const recorder = recorderOf(runtime);
      const isKept = status === 0 || status >= 500 || durationMs >= (recorder?.slowMs ?? 0);
      if (!recorder || ((trace.flags & SAMPLED) === 0 && !isKept)) return;
      const startUnixMs = unixMs(clock, startMs);
      recorder.span({ ...spanOf(method, url, how), ...idsOf(trace), startMs: startUnixMs, durationMs });
    },
  };
}

function idsOf({
  traceId,
  spanId,
  parentSpanId = "",
}: TraceContext): Pick<Span, "traceId" | "spanId" | "parentSpanId"> {
  return { traceId, spanId, parentSpanId };
}

function spanOf(method: string, url: URL, { status, errorType, message }: ExternalEnd) {
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const attributes: Record<string, string | number> = {
    "http.request.method": method,
    "server.address": url.hostname,
    "server.port": port,
    "url.full": `${url.protocol}//${url.host}${url.pathname}`,
  };
  if (status !== 0) attributes["http.response.status_code"] = status;
  const isError = status === 0 || status >= 400;
  if (isError) attributes["error.type"] = errorType || String(status);
  return {
    name: method,
    kind: "client" as const,
    status: isError ? ("error" as const) : ("unset" as const),
    statusMessage: message,
    attributes,
    events: NO_EVENTS,
    links: NO_LINKS,
    scope: "shoal",
  };
}
