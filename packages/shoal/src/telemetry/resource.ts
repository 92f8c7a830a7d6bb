/** Who sends telemetry, in the words of OpenTelemetry's resource conventions. */
export type Resource = Readonly<Record<string, string>>;

type Environment = Readonly<Record<string, string | undefined>>;

/** More attributes than these from OTEL_RESOURCE_ATTRIBUTES are left out. */
const ATTRIBUTES_MAX = 64;

/**
 * The resource of this process: SHOAL_* as the supervisor gave them, before OTEL_SERVICE_NAME, before
 * OTEL_RESOURCE_ATTRIBUTES. Without any, the service is "unknown_service:node", as OpenTelemetry has it.
 */
export function resourceFrom(env: Environment, pid: number): Resource {
  const service = env["SHOAL_SERVICE"] || env["OTEL_SERVICE_NAME"];
  const given = pairsOf(env["OTEL_RESOURCE_ATTRIBUTES"] ?? "");
  const name = service || given["service.name"] || "unknown_service:node";
  return {
    ...given,
    "service.name": name,
    "service.instance.id": env["SHOAL_INSTANCE"] || given["service.instance.id"] || `${name}-${pid}`,
    "service.version": env["SHOAL_RELEASE"] || given["service.version"] || "dev",
    "shoal.realm": env["SHOAL_REALM"] || "local",
    "shoal.zone": env["SHOAL_ZONE"] || "local",
  };
}

/** Reads "key=value,key=value" with percent-encoded values, the form of OTEL_* lists. What is no pair is left out. */
export function pairsOf(list: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const pair of list.split(",").slice(0, ATTRIBUTES_MAX)) {
    const at = pair.indexOf("=");
    const key = pair.slice(0, at).trim();
    if (at > 0 && key !== "" && key !== "__proto__") pairs[key] = decoded(pair.slice(at + 1).trim());
  }
  return pairs;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // a lone "%": the value as it stands is more use than none
  }
}
