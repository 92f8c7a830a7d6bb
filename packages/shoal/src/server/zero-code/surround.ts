import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { unixMs } from "../../core/clock.ts";
import { type Context, runInContext } from "../../core/context.ts";
import { writeHttpReply } from "../../transport/http-message.ts";
import { pathOf } from "../arrival.ts";
import { nack } from "../refusal.ts";
import { isRecorded, serverSpan, spanOperation } from "../server-span.ts";
import { bindEmitter } from "./bind-emitter.ts";
import { ownAnswer } from "./own-answer.ts";
import { recordInbound } from "./record-inbound.ts";
import { replaceNotFound } from "./replace-not-found.ts";
import { requestContext } from "./request-context.ts";
import type { Surroundings } from "./surroundings.ts";

/** Set on a server that has its surroundings, whichever copy of this package gave it them. */
const SURROUNDED = Symbol.for("shoal.surrounded");
/** Set by `serve()` on its own listener, which needs nothing from here. */
const SERVED = Symbol.for("shoal.served");

type Emit = (event: string | symbol, ...args: unknown[]) => boolean;

/** True when the server has its surroundings already, from here or from `serve()`. */
export function isSurrounded(server: Server): boolean {
  return SURROUNDED in server || SERVED in server;
}

/**
 * Puts Shoal's surroundings around an http.Server: each request gets its context, is counted, and is refused when
 * nobody waits for its answer; what the app does not answer itself of /health/*, /metrics and /.well-known/shoal is
 * answered. The app's listeners are left as they are: only the events that reach them pass through here.
 */
export function surround(server: Server, around: Surroundings): void {
  if (isSurrounded(server)) return;
  const own = Object.hasOwn(server, "emit") ? (server.emit as Emit) : undefined;
  // Looked up for each event: instrumentation may replace the prototype's method after us.
  const pass: Emit = (...args) =>
    Reflect.apply(own ?? (Object.getPrototypeOf(server) as { emit: Emit }).emit, server, args);
  const emit: Emit = (event, ...args) => {
    if (event !== "request" && event !== "checkContinue") return pass(event, ...args);
    const [request, response] = args as [IncomingMessage, ServerResponse];
    return enter(request, response, around, () => pass(event, ...args));
  };
  Object.defineProperty(server, "emit", { value: emit, configurable: true, writable: true });
  Object.defineProperty(server, SURROUNDED, { value: true });
}

/** An error of ours must not cost the app its request: it is reported, and the app is called as if we were not there. */
function enter(request: IncomingMessage, response: ServerResponse, around: Surroundings, app: () => boolean): boolean {
  let run = app;
  try {
    run = prepare(request, response, around, app);
  } catch (cause) {
    around.report("a request could not be prepared", cause);
  }
  return run();
}

/** What to do with a request: call the app in the request's context, or answer in its place. */
function prepare(
  request: IncomingMessage,
  response: ServerResponse,
  around: Surroundings,
  app: () => boolean,
): () => boolean {
  const { context, remainingMs } = requestContext(request, response, around);
  const answer = ownAnswer(request, around);
  count(request, response, around, { context, isAppsOwn: answer === undefined });
  if (answer === undefined) recordInbound(request, response, context, around);
  if (around.lifecycle.phase() !== "starting" && around.lifecycle.phase() !== "ready") closeAfter(response);
  if (answer?.kind === "instead") return () => reply(response, around, answer.reply);
  if (remainingMs <= 0) {
    const late = () => nack("final", "DEADLINE_EXCEEDED", around.identity.service, "the request came too late");
    return () => reply(response, around, late);
  }
  if (answer) {
    replaceNotFound(response, answer.reply, (cause) => around.report("a health request could not be answered", cause));
  }
  bindEmitter(request, context);
  bindEmitter(response, context);
  return () => runInContext(context, app);
}

function reply(response: ServerResponse, around: Surroundings, make: Parameters<typeof replaceNotFound>[1]): boolean {
  void (async () => writeHttpReply(await make(), response))().catch((cause: unknown) => {
    around.report("a request could not be answered", cause);
    response.destroy();
  });
  return true;
}

/**
 * One request more, until its reply is out or its caller has gone.
 * @param isAppsOwn False for the paths that Shoal knows: health checks would drown what callers see.
 */
function count(
  request: IncomingMessage,
  response: ServerResponse,
  around: Surroundings,
  { context, isAppsOwn }: { readonly context: Context; readonly isAppsOwn: boolean },
): void {
  const { clock } = around.ports;
  const startMs = clock.now();
  around.inFlight.enter();
  response.once("close", () => {
    around.inFlight.leave();
    const status = response.headersSent ? response.statusCode : CALLER_GONE;
    const durationMs = clock.now() - startMs;
    const operation = request.method ?? "GET";
    around.meter().served({ operation, status, durationMs, caller: context.caller ?? "" });
    const recorder = around.recorder?.();
    if (!isAppsOwn || !recorder || !isRecorded(recorder, context, status >= 500, durationMs)) return;
    recorder.span(
      serverSpan({
        context,
        startMs: unixMs(clock, startMs),
        durationMs,
        operation: spanOperation(operation, operation, undefined),
        path: pathOf(request.url ?? "/"),
        status,
        reason: status < 500 ? undefined : { type: String(status), message: "", nack: "" },
      }),
    );
  });
}

/** The status of a request whose caller left before there was an answer, as nginx has it. */
const CALLER_GONE = 499;

/** A keep-alive connection that is simply closed loses the request that crosses the close on its way. */
function closeAfter(response: ServerResponse): void {
  response.shouldKeepAlive = false;
  response.setHeader("connection", "close");
}
