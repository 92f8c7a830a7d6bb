import { shoalError } from "../../core/errors.ts";
import { pairsOf } from "../../telemetry/resource.ts";

/** Where a control plane sends on what it takes in. */
export interface ForwardEndpoint {
  /** Without a slash at its end: "/v1/traces" and the like are put behind it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads SHOAL_FORWARD_OTLP, the base URL of an OTLP/HTTP endpoint such as http://collector:4318, and
 * SHOAL_FORWARD_OTLP_HEADERS, "key=value,key=value" as in OTEL_EXPORTER_OTLP_HEADERS. undefined when nothing is to be
 * forwarded. Throws OPTION_INVALID.
 */
export function forwardEndpointFrom(env: Environment): ForwardEndpoint | undefined {
  const given = env["SHOAL_FORWARD_OTLP"];
  if (!given) return undefined;
  const url = URL.parse(given);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw shoalError("OPTION_INVALID", {
      message: `SHOAL_FORWARD_OTLP must be an http or https URL, got "${given}"`,
      details: { option: "SHOAL_FORWARD_OTLP" },
    });
  }
  const pairs = pairsOf(env["SHOAL_FORWARD_OTLP_HEADERS"] ?? "");
  const headers = Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name.toLowerCase(), value]));
  return { url: url.href.replace(/\/+$/, ""), headers };
}
