import type { SpanView } from "../../control/api/schemas/traces.ts";

/** A span and where it hangs. */
export interface SpanLine {
  readonly span: SpanView;
  /** 0 for a root. */
  readonly depth: number;
}

/**
 * The spans as a tree laid flat: each below its parent, siblings by start. A span whose parent is not there is a root,
 * and so is the earliest of a circle; each stands there once.
 */
export function spanTree(spans: readonly SpanView[]): SpanLine[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const sorted = [...spans].sort((left, right) => left.startMs - right.startMs);
  const isRoot = ({ spanId, parentSpanId }: SpanView) => !ids.has(parentSpanId) || parentSpanId === spanId;
  const children = Map.groupBy(
    sorted.filter((span) => !isRoot(span)),
    ({ parentSpanId }) => parentSpanId,
  );
  const seen = new Set<SpanView>();
  const lines: SpanLine[] = [];
  // roots first; what is left after them is in a circle
  for (const root of [...sorted.filter(isRoot), ...sorted]) {
    const open: SpanLine[] = [{ span: root, depth: 0 }];
    for (let line = open.pop(); line !== undefined; line = open.pop()) {
      if (seen.has(line.span)) continue;
      seen.add(line.span);
      lines.push(line);
      const { depth } = line;
      const below = children.get(line.span.spanId) ?? [];
      open.push(...below.map((span) => ({ span, depth: depth + 1 })).reverse());
    }
  }
  return lines;
}
