import { pairsOf } from "./resource.ts";

/** Where OTLP/HTTP requests go. */
export interface OtlpEndpoint {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The kinds of data that OTLP has, in lower case as in its paths. */
type Signal = "traces" | "metrics" | "logs";

/**
 * Where one kind of data goes, by OpenTelemetry's own variables before SHOAL_CONTROL; undefined when nowhere, and also
 * when a URL is not one: telemetry is no reason for a service not to start.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function otlpEndpointFrom(env: Environment, signal: Signal): OtlpEndpoint | undefined {
  const name = signal.toUpperCase();
  if (env["OTEL_SDK_DISABLED"] === "true" || env[`OTEL_${name}_EXPORTER`] === "none") return undefined;
  const exact = env[`OTEL_EXPORTER_OTLP_${name}_ENDPOINT`];
  const base = env["OTEL_EXPORTER_OTLP_ENDPOINT"] || env["SHOAL_CONTROL"];
  const url = exact ? httpUrl(exact) : base ? httpUrl(`${base.replace(/\/+$/, "")}/v1/${signal}`) : undefined;
  if (!url) return undefined;
  const headers = pairsOf(env[`OTEL_EXPORTER_OTLP_${name}_HEADERS`] ?? env["OTEL_EXPORTER_OTLP_HEADERS"] ?? "");
  return { url, headers: isControl(env, url) ? { ...headers, ...tokenOf(env) } : headers };
}

/** Where metrics go; see `otlpEndpointFrom`. */
export function metricsEndpointFrom(env: Environment): OtlpEndpoint | undefined {
  return otlpEndpointFrom(env, "metrics");
}

/** Where exchanges go: to the control plane and nowhere else, for they hold bodies. */
export function exchangesEndpointFrom(env: Environment): OtlpEndpoint | undefined {
  return controlEndpointFrom(env, "exchanges");
}

/** Where reports of resilience go: only the control plane knows them. */
export function resilienceEndpointFrom(env: Environment): OtlpEndpoint | undefined {
  return controlEndpointFrom(env, "resilience");
}

function controlEndpointFrom(env: Environment, kind: "exchanges" | "resilience"): OtlpEndpoint | undefined {
  const control = env["SHOAL_CONTROL"];
  if (env["OTEL_SDK_DISABLED"] === "true" || !control) return undefined;
  const url = httpUrl(`${control.replace(/\/+$/, "")}/v1/${kind}`);
  return url && { url, headers: tokenOf(env) };
}

/** True when a URL is the control plane's. */
export function isControl(env: Environment, url: URL): boolean {
  return httpUrl(env["SHOAL_CONTROL"] ?? "")?.origin === url.origin;
}

/** The token is the control plane's: it goes nowhere else. */
function tokenOf(env: Environment): Readonly<Record<string, string>> {
  const token = env["SHOAL_CONTROL_TOKEN"];
  return token ? { authorization: `Bearer ${token}` } : {};
}

function httpUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url?.protocol === "http:" || url?.protocol === "https:" ? url : undefined;
}
