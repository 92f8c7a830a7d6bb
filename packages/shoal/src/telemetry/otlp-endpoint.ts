import { pairsOf } from "./resource.ts";

/** Where OTLP/HTTP requests go. */
export interface OtlpEndpoint {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where metrics go, by OpenTelemetry's own variables before SHOAL_CONTROL; undefined when nowhere, and also when a
 * URL is not one: telemetry is no reason for a service not to start.
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function metricsEndpointFrom(env: Environment): OtlpEndpoint | undefined {
  if (env["OTEL_SDK_DISABLED"] === "true" || env["OTEL_METRICS_EXPORTER"] === "none") return undefined;
  const exact = env["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];
  const control = env["SHOAL_CONTROL"];
  const base = env["OTEL_EXPORTER_OTLP_ENDPOINT"] || control;
  const url = exact ? httpUrl(exact) : base ? httpUrl(`${base.replace(/\/+$/, "")}/v1/metrics`) : undefined;
  if (!url) return undefined;
  const token = env["SHOAL_CONTROL_TOKEN"];
  // The token is the control plane's: it goes nowhere else.
  const isControl = control !== undefined && httpUrl(control)?.origin === url.origin;
  return {
    url,
    headers: {
      ...pairsOf(env["OTEL_EXPORTER_OTLP_METRICS_HEADERS"] ?? env["OTEL_EXPORTER_OTLP_HEADERS"] ?? ""),
      ...(token && isControl ? { authorization: `Bearer ${token}` } : {}),
    },
  };
}

function httpUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url?.protocol === "http:" || url?.protocol === "https:" ? url : undefined;
}
