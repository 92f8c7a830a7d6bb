import type { Span } from "../../telemetry/records.ts";

/**
 * Whether a span counts as a problem of its service. By OpenTelemetry's conventions a call that was answered with 4xx
 * has the status error; but "not found" and "declined" are answers, and a badge that counts them is never off.
 */
export function isProblem({ status, kind, attributes }: Pick<Span, "status" | "kind" | "attributes">): boolean {
  if (status !== "error") return false;
  const code = Number(attributes["http.response.status_code"] ?? 0);
  return kind !== "client" || code < 400 || code > 499;
}
