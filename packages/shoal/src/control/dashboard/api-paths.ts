/** Paths that machines ask for: what is not there is answered with a problem document, never with a page. */
const PREFIXES = ["/api", "/v1", "/registry", "/sd", "/health", "/metrics", "/openapi.json", "/.well-known"];

/** @param path Without the query. */
export function isApiPath(path: string): boolean {
  return PREFIXES.some((prefix) => path === prefix || path.startsWith(`${prefix}/`));
}
