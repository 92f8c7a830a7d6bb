import type { SpanView } from "../control/api/schemas/traces.ts";

/** A span of a healthy request; say what differs. */
export function sampleSpan(change: Partial<SpanView> = {}): SpanView {
  return {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    parentSpanId: "",
    service: "quotes",
    instance: "quotes-1",
    name: "GET /quotes/:id",
    kind: "server",
    startMs: 1_000,
    durationMs: 10,
    status: "unset",
    statusMessage: "",
    attributes: {},
    resource: {},
    events: [],
    links: [],
    scope: "shoal",
    ...change,
  };
}
