import { otlpEndpointFrom } from "../telemetry/otlp-endpoint.ts";
import { type BeginWatch, beginOutsideCall } from "./outside-call.ts";
import { currentRuntime, hasOwnRuntime } from "./process-runtime.ts";
import { type Runtime, recorderOf } from "./runtime.ts";
import { parseServiceUrl } from "./service-url.ts";
import { watchNodeHttp } from "./watch-node-http.ts";
import { watchUndici } from "./watch-undici.ts";

/** Takes what a channel told before it was listened to. */
type Told = (channel: string, told: unknown) => void;

let watching = false;

/**
 * Begins to record the calls of this process to the world outside, by the diagnostics channels of node:http and of
 * every copy of undici, the global fetch's included: nothing is patched, and what an app sees of its calls stays the
 * same. Calls to services are left out, for the client records them; so are those to the control plane and to where
 * telemetry goes. Once: later calls do nothing. Does nothing when nothing is recorded. In a group a call is of the
 * service that makes it.
 * @returns What takes the beginning of a call that is being told of right now.
 */
export function watchOutside(runtime: Runtime, env: NodeJS.ProcessEnv = process.env): Told | undefined {
  if (watching || !recorderOf(runtime)) return undefined;
  watching = true;
  const own = ownOrigins(env);
  const begin: BeginWatch = (method, text, headers) => {
    const url = URL.parse(text);
    if (!url || own.has(url.origin) || parseServiceUrl(text)) return undefined;
    return beginOutsideCall(hasOwnRuntime() ? currentRuntime() : runtime, method, url, headers);
  };
  const ofUndici = watchUndici(begin);
  const ofNodeHttp = watchNodeHttp(begin);
  return (channel, told) => (channel.startsWith("undici:") ? ofUndici : ofNodeHttp)(told);
}

/** Where this process tells of itself. */
export function ownOrigins(env: NodeJS.ProcessEnv): ReadonlySet<string> {
  const endpoints = (["traces", "metrics", "logs"] as const).map((signal) => otlpEndpointFrom(env, signal)?.url);
  const control = URL.parse(env["SHOAL_CONTROL"] ?? "");
  return new Set([control, ...endpoints].flatMap((url) => (url ? [url.origin] : [])));
}
