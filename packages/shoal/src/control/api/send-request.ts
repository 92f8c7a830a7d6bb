import { sendToService } from "../../client/client.ts";
import type { Runtime } from "../../client/runtime.ts";
import type { Context } from "../../core/context.ts";
import { isShoalError, messageOf } from "../../core/errors.ts";
import { type Headers, headerOf } from "../../core/message.ts";
import { newTrace, type TraceContext } from "../../core/trace-context.ts";
import { HEADER } from "../../core/wire.ts";
import { captureBody, headerList } from "./captured-reply.ts";
import { controlContract } from "./contract.ts";

/** What the dashboard asks to have sent. */
export interface RequestToSend {
  readonly service: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Headers;
  /** UTF-8; null: none. */
  readonly body: string | null;
  readonly deadlineMs: number;
}

const REPLY_BYTES_MAX = 1_048_576;

/**
 * Sends a request to a service of the fleet as any client would, in a trace of its own that is recorded. Gives the reply
 * whatever it is, and the reason when there is none. Throws notSendable for a target or header that cannot be sent.
 */
export async function sendRequest(runtime: Runtime, asked: RequestToSend, context: Context) {
  const { clock, random } = runtime.ports;
  const { service, method, target, body, deadlineMs } = asked;
  if (!/^\/(?!\/)[\x21-\x7e]*$/.test(target)) throw invalid("target", "a path and query, percent-encoded", target);
  const request = {
    method,
    target,
    headers: headersToSend(asked.headers),
    body: body === null ? undefined : Buffer.from(body, "utf8"),
  };
  const parent: Context = { ...context, trace: newTrace(random), deadlineMs: clock.now() + deadlineMs + 10 };
  const { traceId } = parent.trace;
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, over.signal]);
  // The call itself ends at its deadline; what comes after the reply's headers is nobody's but ours to end.
  const cancel = clock.after(deadlineMs + 10, () => over.abort());
  const ended = rootSpan(runtime, parent.trace, `send ${method} ${target.split("?", 1)[0]}`);
  try {
    const reply = await sendToService(runtime, service, request, {
      deadlineMs,
      attemptMs: deadlineMs,
      waitForInstanceMs: Math.min(1_000, deadlineMs),
      context: parent,
      signal,
    });
    const captured = await captureBody(reply.body, REPLY_BYTES_MAX, over.signal);
    const { status } = reply;
    const instance = headerOf(reply.headers, HEADER.instance) ?? "";
    return {
      status,
      headers: headerList(reply.headers),
      body: captured,
      durationMs: ended(""),
      traceId,
      instance,
      error: "",
    };
  } catch (cause) {
    const error = explained(cause);
    return { status: 0, headers: [], body: NO_BODY, durationMs: ended(error), traceId, instance: "", error };
  } finally {
    cancel();
  }
}

/**
 * What the person did: the root of the trace, above the call. The function ends it, with why it failed or "", and says
 * how long it took.
 */
function rootSpan({ ports, recorder }: Runtime, trace: TraceContext, name: string): (error: string) => number {
  const { clock } = ports;
  const startMs = clock.wallMs();
  const beganMs = clock.now();
  return (error) => {
    const durationMs = clock.now() - beganMs;
    recorder?.span({
      traceId: trace.traceId,
      spanId: trace.spanId,
      parentSpanId: "",
      name,
      kind: "internal",
      startMs,
      durationMs,
      status: error === "" ? "unset" : "error",
      statusMessage: error,
      attributes: {},
      events: [],
      links: [],
      scope: "shoal",
    });
    return durationMs;
  };
}

const NO_BODY = Object.freeze({ bytes: 0, truncated: false, encoding: "utf8", text: "" } as const);

/** What belongs to the connection or is this side's to say; the rest is the sender's business. */
const OWN_HEADERS =
  /^(host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|traceparent|tracestate|x-shoal-.*)$/;

function headersToSend(given: Headers): Headers {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]{1,256}$/.test(lower)) throw invalid("headers", "names without spaces", name);
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
      throw invalid(`headers.${lower}`, "without control characters", value);
    if (!OWN_HEADERS.test(lower)) headers[lower] = value;
  }
  return headers;
}

function explained(cause: unknown): string {
  return isShoalError(cause)
    ? `${cause.code}: ${messageOf(cause).replace(/^\[[A-Z_]+\] /, "")}`
    : `INTERNAL: ${messageOf(cause)}`;
}

function invalid(where: string, rule: string, got: string) {
  return controlContract.errors.notSendable({
    reason: `${where} must be ${rule}, got ${JSON.stringify(got.slice(0, 100))}`,
  });
}
