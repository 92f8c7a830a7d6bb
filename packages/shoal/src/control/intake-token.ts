import { createHash } from "node:crypto";

/** Where programs of any kind bring telemetry: OTLP/HTTP and Zipkin. */
const PATHS: ReadonlySet<string> = new Set(["/v1/traces", "/v1/logs", "/v1/metrics", "/api/v2/spans"]);

/**
 * A token with which telemetry can be brought, and nothing else done. An SDK of OpenTelemetry sends the headers of its
 * environment wherever it exports to, be it a vendor that the program names in its code: that must not be the token
 * that everything is open to. Made of it, so that whoever starts processes needs no other secret.
 */
export function intakeToken(token: string): string {
  return createHash("sha256").update(`shoal-intake\n${token}`).digest("base64url");
}

/** True for a request that such a token is for. @param path Without the query. */
export function takesIntakeToken(method: string, path: string): boolean {
  return method === "POST" && PATHS.has(path);
}
