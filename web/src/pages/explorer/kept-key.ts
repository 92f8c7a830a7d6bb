/** Under which name the session keeps what was filled in. */
export function keptKey(service: string, operation: string | undefined): string {
  return `shoal-explorer ${service} ${operation ?? "(free)"}`;
}
