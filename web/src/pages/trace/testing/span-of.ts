import type { SpanView } from "../../../api/types.ts";
import type { TraceNode } from "../trace-tree.ts";

/** A span of a test; by default it lasts from 0 to 10 ms. */
export function spanOf(spanId: string, parentSpanId = "", given: Partial<SpanView> = {}): SpanView {
  return {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId,
    parentSpanId,
    service: "quotes",
    instance: "quotes-1",
    name: `do ${spanId}`,
    kind: "internal",
    startMs: 0,
    durationMs: 10,
    status: "unset",
    statusMessage: "",
    attributes: {},
    resource: {},
    events: [],
    links: [],
    scope: "",
    ...given,
  };
}

/** From start to end, which is easier to read than a duration. */
export function between(startMs: number, endMs: number, given: Partial<SpanView> = {}): Partial<SpanView> {
  return { startMs, durationMs: endMs - startMs, ...given };
}

/** "a(b(c) d)" for a tree. */
export function shapeOf(nodes: readonly TraceNode[]): string {
  return nodes.map(({ id, children }) => (children.length === 0 ? id : `${id}(${shapeOf(children)})`)).join(" ");
}
