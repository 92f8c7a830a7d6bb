import type { ClientRequest, IncomingMessage } from "node:http";
import { HEADER } from "../core/wire.ts";
import type { RawHeaders } from "../telemetry/capture-headers.ts";
import { tapIncoming, tapOutgoing } from "../transport/message-tap.ts";
import type { BeginWatch, OutsideCall } from "./outside-call.ts";

interface Told {
  readonly request: ClientRequest;
  readonly response?: IncomingMessage;
  readonly error?: unknown;
}

/** Watches node:http and node:https by the channels that they tell of their requests on. */
export function watchNodeHttp(begin: BeginWatch): (told: unknown) => void {
  const { subscribe } = process.getBuiltinModule("node:diagnostics_channel");
  const calls = new WeakMap<ClientRequest, OutsideCall>();
  const replied = new WeakSet<ClientRequest>();
  const on = (name: string, listener: (told: Told) => void) => {
    const guarded = (message: unknown) => {
      try {
        listener(message as Told);
      } catch {
        // what cannot be recorded must not cost the app its call
      }
    };
    subscribe(`http.client.${name}`, guarded);
    return guarded;
  };

  const onBegin = on("request.created", ({ request }) => {
    if (request.hasHeader(HEADER.attempt)) return;
    const host = request.getHeader("host") ?? request.host;
    const call = begin(request.method, `${request.protocol}//${String(host)}${request.path}`, () =>
      sentHeaders(request),
    );
    if (!call) return;
    calls.set(request, call);
    tapOutgoing(request, call.requestBody);
    request.once("close", () => {
      if (!replied.has(request)) call.end(new Error("the call was given up"));
    });
  });
  on("response.finish", ({ request, response }) => {
    const call = calls.get(request);
    if (!call || !response) return;
    replied.add(request);
    call.replied(response.statusCode ?? 0, response.rawHeaders);
    tapIncoming(response, call.replyBody);
    response.once("close", () => call.end(response.complete ? undefined : new Error("the reply broke off")));
  });
  on("request.error", ({ request, error }) => calls.get(request)?.end(error ?? new Error("the call failed")));
  return onBegin;
}

function sentHeaders(request: ClientRequest): RawHeaders {
  return request.getHeaders() as RawHeaders;
}
