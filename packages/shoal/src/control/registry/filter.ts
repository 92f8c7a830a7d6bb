import type { TextRecord } from "../../contract/query.ts";
import { shoalError } from "../../core/errors.ts";
import { isName, NAME_RULE } from "../../core/names.ts";
import type { SnapshotFilter } from "./registry.ts";

/** Services one request may name. */
export const FILTER_SERVICES_MAX = 1_000;

/**
 * Reads `service=a&service=b&realm=local&fallback=b:staging`. No service, or "*", means all; no realm means all.
 * Throws REQUEST_INVALID naming the parameter.
 */
export function parseFilter(query: TextRecord): SnapshotFilter {
  const services = valuesOf(query, "service");
  const [realm, ...realms] = valuesOf(query, "realm");
  if (realms.length > 0) throw invalid("realm may be given once");
  if (services.length > FILTER_SERVICES_MAX) throw invalid(`service may be given ${FILTER_SERVICES_MAX} times`);
  const all = services.length === 0 || services.includes("*");
  return {
    services: all ? undefined : new Set(services.map((service) => nameIn("service", service))),
    realm: realm === undefined ? undefined : nameIn("realm", realm),
    fallback: new Map(valuesOf(query, "fallback").map(fallbackIn)),
  };
}

function fallbackIn(pair: string): readonly [service: string, realm: string] {
  const [service = "", realm = ""] = pair.split(":");
  return [nameIn("fallback", service), nameIn("fallback", realm)];
}

function valuesOf(query: TextRecord, name: string): readonly string[] {
  const value = query[name];
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

function nameIn(parameter: string, value: string): string {
  if (isName(value)) return value;
  throw invalid(`${parameter} must be ${NAME_RULE}, got "${value.slice(0, 80)}"`);
}

function invalid(message: string) {
  return shoalError("REQUEST_INVALID", { message });
}
