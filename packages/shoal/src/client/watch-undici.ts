import { HEADER } from "../core/wire.ts";
import type { RawHeaders } from "../telemetry/capture-headers.ts";
import type { BeginWatch, OutsideCall } from "./outside-call.ts";

/** What is used of undici's request, in versions 7 and 8. */
interface UndiciRequest {
  readonly origin?: unknown;
  readonly path?: unknown;
  readonly method?: unknown;
  readonly headers?: unknown;
}
interface Told {
  readonly request: UndiciRequest;
  readonly chunk?: Uint8Array | string;
  readonly response?: { readonly statusCode: number; readonly headers: unknown };
  readonly error?: unknown;
}

/** Watches all copies of undici, Node's own among them, by the channels that they tell of their requests on. */
export function watchUndici(begin: BeginWatch): (told: unknown) => void {
  const { subscribe } = process.getBuiltinModule("node:diagnostics_channel");
  const calls = new WeakMap<UndiciRequest, OutsideCall>();
  const on = (name: string, listener: (told: Told) => void) => {
    const guarded = (message: unknown) => {
      try {
        listener(message as Told);
      } catch {
        // what cannot be recorded must not cost the app its call
      }
    };
    subscribe(`undici:request:${name}`, guarded);
    return guarded;
  };

  const onBegin = on("create", ({ request }) => {
    const { origin, path, method, headers } = request;
    // Our own client's attempts carry it; their calls are recorded whole.
    if (isListWith(headers, HEADER.attempt)) return;
    const call = begin(String(method), `${String(origin)}${String(path)}`, () => rawHeaders(headers));
    if (call) calls.set(request, call);
  });
  on("bodyChunkSent", ({ request, chunk }) => {
    if (chunk !== undefined) calls.get(request)?.requestBody.add(chunk);
  });
  on("bodySent", ({ request }) => {
    const call = calls.get(request);
    if (call) call.requestBody.ended = true;
  });
  on("headers", ({ request, response }) => {
    if (response && response.statusCode >= 200)
      calls.get(request)?.replied(response.statusCode, rawHeaders(response.headers));
  });
  on("bodyChunkReceived", ({ request, chunk }) => {
    if (chunk !== undefined) calls.get(request)?.replyBody.add(chunk);
  });
  on("trailers", ({ request }) => {
    const call = calls.get(request);
    if (!call) return;
    call.replyBody.ended = true;
    call.end();
  });
  on("error", ({ request, error }) => calls.get(request)?.end(error ?? new Error("the call failed")));
  return onBegin;
}

function isListWith(headers: unknown, name: string): boolean {
  return Array.isArray(headers) && headers.includes(name);
}

/** A flat list of names and values, as strings or bytes, or an object. */
function rawHeaders(headers: unknown): RawHeaders {
  if (Array.isArray(headers)) return headers.map(String);
  return typeof headers === "object" && headers !== null ? (headers as RawHeaders) : {};
}
