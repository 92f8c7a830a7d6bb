/** The names of the wire; docs/wire.md is their reference. */
export const HEADER = {
  deadline: "x-deadline-ms",
  caller: "x-shoal-caller",
  attempt: "x-shoal-attempt",
  realm: "x-shoal-realm",
  criticality: "x-shoal-criticality",
  nack: "x-shoal-nack",
  retry: "x-shoal-retry",
  instance: "x-shoal-instance",
  sensitive: "x-shoal-sensitive",
  fault: "x-shoal-fault",
  idempotencyKey: "idempotency-key",
  idempotencyReplayed: "idempotency-replayed",
  traceparent: "traceparent",
  tracestate: "tracestate",
  baggage: "baggage",
  contentType: "content-type",
  contentLength: "content-length",
  retryAfter: "retry-after",
} as const;

/** Paths that every service answers. */
export const PATH = {
  wellKnown: "/.well-known/shoal",
  live: "/health/live",
  ready: "/health/ready",
  metrics: "/metrics",
  openapi: "/openapi.json",
} as const;

export const PROBLEM_JSON = "application/problem+json";
export const JSON_TYPE = "application/json";
