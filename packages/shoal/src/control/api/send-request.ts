import { sendToService } from "../../client/client.ts";
import type { Runtime } from "../../client/runtime.ts";
import type { Context } from "../../core/context.ts";
import { isShoalError, messageOf, shoalError } from "../../core/errors.ts";
import type { Headers } from "../../core/message.ts";
import { newTrace } from "../../core/trace-context.ts";
import { HEADER } from "../../core/wire.ts";
import { captureBody, headerList } from "./captured-reply.ts";

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
 * whatever it is, and the reason when there is none. Throws REQUEST_INVALID for a target or header that cannot be sent.
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
  const startMs = clock.now();
  const since = () => clock.now() - startMs;
  try {
    const reply = await sendToService(runtime, service, request, {
      deadlineMs,
      attemptMs: deadlineMs,
      waitForInstanceMs: Math.min(1_000, deadlineMs),
      context: parent,
      signal: context.signal,
    });
    const captured = await captureBody(reply.body, REPLY_BYTES_MAX);
    const instance = headerText(reply.headers[HEADER.instance]);
    return {
      status: reply.status,
      headers: headerList(reply.headers),
      body: captured,
      durationMs: since(),
      traceId,
      instance,
      error: "",
    };
  } catch (cause) {
    return {
      status: 0,
      headers: [],
      body: NO_BODY,
      durationMs: since(),
      traceId,
      instance: "",
      error: explained(cause),
    };
  }
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

function headerText(value: string | readonly string[] | undefined): string {
  return typeof value === "string" ? value : (value?.[0] ?? "");
}

function explained(cause: unknown): string {
  return isShoalError(cause)
    ? `${cause.code}: ${messageOf(cause).replace(/^\[[A-Z_]+\] /, "")}`
    : `INTERNAL: ${messageOf(cause)}`;
}

function invalid(where: string, rule: string, got: string) {
  return shoalError("REQUEST_INVALID", {
    message: `${where} must be ${rule}, got ${JSON.stringify(got.slice(0, 100))}`,
  });
}
