import type { ExchangeSummary } from "../api/types.ts";

type Parties = Pick<ExchangeSummary, "side" | "service" | "peer">;

/** Who called whom; "" for a caller that did not say who it is. */
export function partiesOf({ side, service, peer }: Parties): { readonly from: string; readonly to: string } {
  return side === "client" ? { from: service, to: peer } : { from: peer, to: service };
}

/** Methods that may be sent twice without doing more than once (RFC 9110, 9.2.2). */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

export function isIdempotentMethod(method: string): boolean {
  return IDEMPOTENT.has(method.toUpperCase());
}

/** Path and query of an absolute URL; the text itself when it is none. */
export function targetOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? url : parsed.pathname + parsed.search;
}

/** Whether a text had a secret that was cut out when it was recorded. */
export function isRedacted(text: string): boolean {
  return text.includes("[redacted]") || text.includes("%5Bredacted%5D");
}
